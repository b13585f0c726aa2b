package narrative

import (
	"strings"
	"testing"

	"quantriet/internal/kit/textreuse"
	"quantriet/internal/overview/report"
)

func TestSectionsOfAReport(t *testing.T) {
	if got := strings.Join(report.Sections, " "); got != "leading forms strengths shortcomings causes lessons proposals" {
		t.Errorf("a report has %s", got)
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"nothing", " \n\n ", ""},
		{"one line", "Mở lớp sớm.", "1:Mở lớp sớm."},
		{"lines are paragraphs, blank ones are none", "Một.\n\nHai.", "1:Một. | 2:Hai."},
		{"the dash of a list is not said", "- Một.\n- Hai.", "1:Một. | 2:Hai."},
		{"a paragraph of sentences", "Mở lớp sớm. Thảo luận kỹ!", "1:Mở lớp sớm. Thảo luận kỹ! (1.1:Mở lớp sớm. 1.2:Thảo luận kỹ!)"},
		{"the number of an item ends no sentence", "1. Ưu điểm rõ.", "1:1. Ưu điểm rõ."},
		{"nor a short form", "Tại TP. Hải Phòng có 3.044 đảng viên.", "1:Tại TP. Hải Phòng có 3.044 đảng viên."},
		{"closing signs belong to the sentence", "Có câu “Học đi đôi với hành.” Rất đúng.", "1:Có câu “Học đi đôi với hành.” Rất đúng. (1.1:Có câu “Học đi đôi với hành.” 1.2:Rất đúng.)"},
		{"and so does the mark of a source", "“Mở muộn.” [T1] Cần sửa.", "1:“Mở muộn.” [T1] Cần sửa. (1.1:“Mở muộn.” [T1] 1.2:Cần sửa.)"},
		{"a mark alone is no piece", "[T4]", ""},
	} {
		var out []string
		for _, p := range Cut(Piece{}, c.body) {
			s := p.Place + ":" + p.Text
			var in []string
			for _, q := range p.Sentences {
				in = append(in, q.Place+":"+q.Text)
				if got, there := at(c.body, q.Place); !there || got != q.Text {
					t.Errorf("%s: at %s stands %q", c.name, q.Place, got)
				}
			}
			if len(in) > 0 {
				s += " (" + strings.Join(in, " ") + ")"
			}
			out = append(out, s)
		}
		if got := strings.Join(out, " | "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestHowAPassageStands(t *testing.T) {
	q := Quote{N: 1, Body: "Hai chi bộ mở lớp muộn."}
	for _, c := range []struct {
		name, text string
		own        bool
		want       string
	}{
		{"word by word", q.Line(""), false, "quote"},
		{"with other signs around", "Theo xã Một: “hai chi bộ”. Hai chi bộ, mở lớp muộn [T1].", false, "quote"},
		{"other words in quotation marks", "“Ba chi bộ mở lớp muộn.” [T1]", false, "altered"},
		{"other words without them", "Ba chi bộ mở lớp muộn [T1].", false, "own"},
		{"told in own words", "Còn nơi mở lớp chậm [T1]", true, "own"},
		{"without its mark", "“Hai chi bộ mở lớp muộn.”", false, ""},
		{"the mark of another", "“Hai chi bộ mở lớp muộn.” [T11]", false, ""},
	} {
		q.Own = c.own
		if got := q.How(map[string]string{"causes": c.text}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWhatBecameOfASource(t *testing.T) {
	q := Quote{Body: "Hai chi bộ mở lớp muộn.", Version: 2}
	for _, c := range []struct {
		name, state string
		version     int64
		now, want   string
	}{
		{"as it was", "accepted", 2, "Có việc. Hai chi bộ mở lớp muộn.", ""},
		{"returned", "returned", 2, "Hai chi bộ mở lớp muộn.", "returned"},
		{"sent again, saying it still", "sent", 3, "Hai chi bộ mở lớp muộn.", "newer"},
		{"sent again with other words", "sent", 3, "Một chi bộ mở lớp muộn.", "changed"},
		{"amended without a new sending", "accepted", 2, "", "changed"},
	} {
		if got := q.Since(c.state, c.version, c.now); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSentencesAlike(t *testing.T) {
	engine := textreuse.New(textreuse.NewSecret([]byte("x")), textreuse.Reference{ID: 1, Category: textreuse.Template, Name: "f", Text: formula},
		textreuse.Reference{ID: 2, Category: textreuse.Resolution, Name: "nq", Text: "Xây dựng đội ngũ cán bộ các cấp, nhất là cấp chiến lược, đủ phẩm chất, năng lực và uy tín, ngang tầm nhiệm vụ."})
	for _, c := range []struct {
		name, mine, theirs string
		least, most        int64 // share in percent; -1 no mark
	}{
		{"the same sentence", causes1, causes1, 100, 100},
		{"with two words changed", strings.Replace(causes1, "thu hoạch vải", "gặt lúa", 1), causes1, 75, 99},
		{"among others", "Xã có năm chi bộ. " + causes1, good + " " + causes1, 100, 100},
		{"something else", causes2, causes1, -1, 0},
		{"a set phrase of such reports", "Cán bộ, đảng viên tham gia học tập đầy đủ, nghiêm túc, chấp hành tốt nội quy lớp học.", "Cán bộ, đảng viên tham gia học tập đầy đủ, nghiêm túc, chấp hành tốt nội quy lớp học.", -1, 0},
		{"a sentence of the resolution", "Xây dựng đội ngũ cán bộ các cấp, nhất là cấp chiến lược, đủ phẩm chất, năng lực và uy tín, ngang tầm nhiệm vụ.",
			"Xây dựng đội ngũ cán bộ các cấp, nhất là cấp chiến lược, đủ phẩm chất, năng lực và uy tín, ngang tầm nhiệm vụ.", -1, 0},
		{"too short to say anything", "Mở lớp muộn.", "Mở lớp muộn.", -1, 0},
	} {
		src := source{Found: Found{Kind: "beside", Sent: 1}, book: bind(map[string]string{"causes": c.theirs})}
		src.essay = engine.Prepare(src.book.text)
		r, err := compare(engine, bind(map[string]string{"causes": c.mine}), []source{src})
		ok(t, err)
		got := int64(-1)
		if len(r.found) > 0 {
			got = r.found[0].Share / 100
			if !strings.Contains(c.theirs, r.found[0].Theirs) || r.found[0].Theirs == "" {
				t.Errorf("%s answers with %q", c.name, r.found[0].Theirs)
			}
		}
		if len(r.found) > 1 || c.least < 0 && got >= 0 || c.least >= 0 && (got < c.least || got > c.most) {
			t.Errorf("%s: %d%% in %d marks, want %d to %d", c.name, got, len(r.found), c.least, c.most)
		}
	}
}

// A unit is asked once for each section, with how much of its words stand elsewhere.
func TestQuestions(t *testing.T) {
	ten := "một hai ba bốn năm sáu bảy tám chín mười"
	found := []Found{{Section: "causes", Place: "1", Text: ten, Share: 6000, Kind: "beside"}, {Section: "causes", Place: "1", Text: ten, Share: 10000, Kind: "before"},
		{Section: "causes", Place: "2", Text: ten, Share: 8000, Kind: "before"}}
	got := questions(found, map[string]string{"causes": ten + "\n" + ten + "\n" + ten + "\n" + ten, "lessons": ten}, On(round, one), "narrative.ask")
	if len(got) != 1 || got[0].Code != "alike.causes" || got[0].Must || got[0].Href != On(round, one).href()+"/alike" {
		t.Fatalf("asked: %+v", got)
	}
	if said := got[0].Text("vi"); !strings.Contains(said, "2 câu") || !strings.Contains(said, "45,00%") {
		t.Error(said)
	}
}
