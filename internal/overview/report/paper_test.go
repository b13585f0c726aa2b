package report

import (
	"archive/zip"
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

var rewrite = flag.Bool("update", false, "write the golden files anew")

// export gives a report's file, and of a packed one its members.
func (w *world) export(t testing.TB, who access.Actor, unit id.ID, as string) (whole []byte, members map[string]string) {
	t.Helper()
	var b bytes.Buffer
	if err := w.Export(ctx, who, round, unit, as, &b); err != nil {
		t.Fatal(err)
	}
	members = map[string]string{}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		return b.Bytes(), members
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		members[f.Name] = string(body)
	}
	return b.Bytes(), members
}

var tags = regexp.MustCompile(`<[^>]*>`)

// spoken is what a part of a paper says, a paragraph a line.
func spoken(xml string) string {
	s := tags.ReplaceAllString(strings.ReplaceAll(xml, "</w:p>", "\n"), "")
	return strings.NewReplacer("&#34;", `"`, "&amp;", "&", "&lt;", "<", "&gt;", ">", "\u00a0", " ").Replace(s)
}

// golden compares with a file of testdata, line by line.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(b), "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s differs from line %d on (go test -update writes it anew)\n got %q\nwant %q", name, i+1, g[min(i, len(g)-1)], w[min(i, len(w)-1)])
		}
	}
}

// tale is the eastern report with everything in it: a changed, a declared and a kept figure,
// texts, a head; of the units below one has declared and changed, one has sent nothing.
func (w *world) tale(t testing.TB) {
	t.Helper()
	do := func(what string, err error) {
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	w.Version = "0.1"
	w.ex(t, `insert into attendance_headcount (id, campaign, meeting, site, unit, who, amount, marker, at, by_name) values (1, $1, $2, $3, $4, 'mass', 1861, 'hơn', 0, 'x')`,
		round, conference, conference+100, east)
	lower := as("Bí thư mẫu 003", access.UnitOfficer, base1)
	do("programmes below", w.SetFigure(ctx, lower, round, base1, Figure{Code: "programmes", Value: 2, Reason: "chương trình 01 và 02"}))
	do("reach below", w.SetFigure(ctx, lower, round, base1, Figure{Code: "outreach_reach", Value: 900, Marker: "gần"}))
	do("civil below", w.Declare(ctx, lower, round, base1, Figure{Code: "civil_studied", Document: paper1, Value: 2, Reason: "một người ký sổ giấy"}))
	do("sending below", w.Send(ctx, lower, round, base1, "", Any))
	do("accepting below", w.Accept(ctx, w.eastern, round, base1, Any))
	do("beside", w.Declare(ctx, w.eastern, round, east, Figure{Code: "speakers", Document: paper1, Value: 3, Reason: "thêm một báo cáo viên của tỉnh, chưa ghi chương trình."}))
	do("declared", w.SetFigure(ctx, w.eastern, round, east, Figure{Code: "programmes", Value: 3, Reason: "chương trình hành động số 49-CTr/HU"}))
	for code, n := range map[string]int64{"sites_main": 1, "sites_grassroots": 100, "sites_cell": 573, "sites_total": 675} {
		do(code, w.SetFigure(ctx, w.eastern, round, east, Figure{Code: code, Value: n, Reason: "biên bản ngày 17/7"}))
	}
	do("kept", w.AnswerGap(ctx, w.eastern, round, east, "sites_total", 0, false, "một điểm mở thêm ở trường học"))
	do("texts", w.SetTexts(ctx, w.eastern, round, east, map[string]string{"leading": "Ban Thường vụ Huyện ủy đã ban hành kế hoạch và phân công cấp ủy viên phụ trách.\n- Chỉ đạo 100% tổ chức cơ sở đảng học tập.\n- Kiểm tra <3> cơ sở & nhắc nhở.",
		"strengths": "Việc học tập nghiêm túc.", "shortcomings": "Một số chi bộ mở lớp muộn.", "lessons": "Tổ chức học bù cho số đảng viên chưa học."}))
	do("head", w.SetHead(ctx, w.eastern, round, east, Head{Number: "127", IssuedOn: "2018-07-18", Authority: "T/M BAN THƯỜNG VỤ", Position: "PHÓ BÍ THƯ",
		Signer: "Đảng viên mẫu 002", Recipients: "Ban Tuyên giáo Thành ủy\nThường trực Huyện ủy\nLưu Văn phòng Huyện ủy"}))
}

func TestPaper(t *testing.T) {
	w := seed(t, dbtest.One(t))
	w.tale(t)
	whole, parts := w.export(t, w.eastern, east, "docx")
	keep(t, "draft.docx", whole)
	golden(t, "report.xml", strings.ReplaceAll(parts["word/document.xml"], "</w:p>", "</w:p>\n"))
	said := spoken(parts["word/document.xml"])
	for _, want := range []string{
		"HUYỆN ỦY ĐÔNG", "ĐẢNG BỘ THÀNH PHỐ MẪU", "Số 127-BC/HU", "Mẫu, ngày 18 tháng 7 năm 2018", "BẢN TẠM TÍNH – ĐÃ CÓ 1/2 ĐƠN VỊ",
		"Có 7/10 đảng viên đã học, đạt 70,00%", "Không tính 1 đảng viên được miễn sinh hoạt, trong đó 1 đồng chí vẫn dự, tỷ lệ trên số phải học là 6/9, đạt 66,67%",
		"hơn 1.861 lượt", "2 [2] lượt báo cáo viên", "sổ ghi 2; đơn vị khai 3, để riêng, không cộng vào", "Lượt tiếp cận: gần 900", "Cộng 1 đơn vị trực thuộc đã khai", "giữ 675 dù 1 + 100 + 573 = 674",
		"Tỷ lệ làm tròn nửa lên", "Đảng bộ xã Một: Người ngoài Đảng đã học (26-NQ/TW) sổ ghi 1, đơn vị khai 2", "Kiểm tra <3> cơ sở & nhắc nhở.",
		"Chưa gửi báo cáo, đã quá thời hạn: Đảng bộ xã Hai.", "T/M BAN THƯỜNG VỤ", "PHỤ LỤC II",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the paper does not say %q", want)
		}
	}
	foot := ""
	for name, part := range parts {
		if strings.HasPrefix(name, "word/footer") {
			foot += spoken(part)
		}
	}
	if !strings.Contains(foot, "Quán Triệt 0.1") || !strings.Contains(foot, "E1 2; E2 2; E3 2; E4 1; E5 0") {
		t.Errorf("provenance: %q", foot)
	}
	if strings.Contains(said, "{") || strings.Contains(said, "col.") || strings.Contains(said, "note.") {
		t.Error("a phrase is missing or not filled")
	}
}

// F1 from raw rows: 23 meetings, 3,044 people one by one, 283 counted by head.
func TestPrintedFromRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.Version = "0.1"
		w.raw(t)
		whole, parts := w.export(t, w.western, west, "docx")
		keep(t, "f1.docx", whole)
		said := spoken(parts["word/document.xml"])
		for _, want := range []string{
			"Đã tổ chức 23 lớp, hội nghị: lớp cán bộ chủ chốt 2; lớp đảng viên 21.", "Có 2.909/3.044 đảng viên đã học, đạt 95,57%.",
			"tỷ lệ trên số phải học là 2.909/3.044, đạt 95,57%", "Có 283 lượt đoàn viên, hội viên, quần chúng dự, là lượt người, để riêng", "làm tròn nửa lên",
		} {
			if !strings.Contains(said, want) {
				t.Errorf("half up: the paper does not say %q", want)
			}
		}
		w.ex(t, `update campaign set rounding = 'truncate'`)
		_, parts = w.export(t, w.western, west, "docx")
		if said = spoken(parts["word/document.xml"]); !strings.Contains(said, "Có 2.909/3.044 đảng viên đã học, đạt 95,56%.") || !strings.Contains(said, "cắt bớt") {
			t.Error("cut off: 95,56% is not there")
		}
		if num, den := press(w.show(t, w.western, west).Figures, paper1); num != 3192 || den != 3327 {
			t.Error("what newspapers print:", num, den)
		}
		r, err := w.Why(ctx, w.western, round, west, Ask{Figure: "studied", Document: paper1, Page: db.Page{Limit: 500}})
		if err != nil || len(r.Names.Items) != 500 || r.Names.Next == "" || r.Hidden != 0 {
			t.Error("names behind the figure:", len(r.Names.Items), r.Hidden, err)
		}
	})
}

// raw makes F1 row by row in the western district: people, meetings, records, a tally.
func (w *world) raw(t testing.TB) {
	t.Helper()
	w.ex(t, `delete from attendance_tally where lo = 5`)
	w.ex(t, `insert into campaign_audience (id, campaign, ord, name, filter, counted) values (31, $1, 0, 'Cán bộ chủ chốt', 'key_cadre', 'person')`, round)
	w.ex(t, `insert into campaign_audience (id, campaign, ord, name, filter, counted) values (32, $1, 1, 'Đảng viên', 'member', 'person')`, round)
	for i := range 23 {
		m := id.ID(20_000 + 1000*i)
		w.meeting(t, m, west, "Lớp mẫu "+text.Int(int64(i+1)), "class", now.UnixMilli()-int64(i+1)*3600_000, 0, paper1)
		w.ex(t, `delete from meeting_item where meeting = $1`, m)
		w.ex(t, `update meeting set audience = $2 where id = $1`, m, map[bool]int{true: 31, false: 32}[i < 2])
	}
	const people = `with recursive n (i) as (select 0 union all select i + 1 from n where i < 3043) `
	const name = `'Đảng viên mẫu ' || i`
	w.ex(t, people+`insert into person (id, name, folded, name_key, kind, unit, created_at)
		select 100000 + i, `+name+`, 'dang vien mau ' || i, 'x', 'official', 1002, 0 from n`)
	w.ex(t, people+`insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n)
		select 5000, 100000 + i, 1002, 5, 'member', false, false, i from n`)
	w.ex(t, people+`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late)
		select 110000 + i, 5000, 20000 + 1000 * (i % 23), 20100 + 1000 * (i % 23), 100000 + i, 'in_person', 'roll_call', 3, 0, 0, 'x', false from n where i < 2909`)
	w.ex(t, people+`insert into attendance_studied (campaign, document, person, record) select 5000, 6000, 100000 + i, 110000 + i from n where i < 2909`)
	w.ex(t, `insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
		select st.campaign, st.document, p.lo, p.kind, count(*), 0, count(*), 0, 0, 0, 0, 0, 0, count(*), 0, 0
		from attendance_studied st join campaign_participant p on p.campaign = st.campaign and p.person = st.person
		where p.lo = 5 group by st.campaign, st.document, p.lo, p.kind`)
	w.ex(t, `insert into attendance_headcount (id, campaign, meeting, site, unit, who, amount, at, by_name) values (41, $1, 20000, 20100, $2, 'mass', 283, 0, 'x')`, round, west)
	w.ex(t, `analyze`) // as the program does after a large change
}

// keep leaves a file to be looked at in the folder REPORT_FILES.
func keep(t testing.TB, name string, b []byte) {
	if dir := os.Getenv("REPORT_FILES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
