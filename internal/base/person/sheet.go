package person

import (
	"cmp"
	"context"
	"io"
	"regexp"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person/secret"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
)

// Columns of a sheet of people, by the headers that offices write. Import reads them all;
// Export and the sample write those of written: identity and phone numbers come in and are sealed, and
// go out one by one, each with a reason (package secret).
var Columns = []sheet.Column{
	{Key: "number", Names: []string{"Số thẻ đảng", "Số thẻ đảng viên", "Số thẻ ĐV", "Số thẻ", "Mã đảng viên", "Member number"}},
	{Key: "name", Names: []string{"Họ và tên", "Họ tên", "Họ và tên khai sinh", "Họ tên khai sinh", "Họ, chữ đệm và tên", "Họ, chữ đệm và tên khai sinh", "Họ và tên đảng viên", "Họ và tên đang dùng", "Họ tên đảng viên", "Tên đảng viên", "Full name"}},
	{Key: "family", Names: []string{"Họ đệm", "Họ và tên đệm", "Họ và đệm", "Họ và chữ đệm", "Họ", "Family name"}},
	{Key: "given", Names: []string{"Tên", "Given name"}},
	{Key: "birth", Names: []string{"Ngày sinh", "Ngày, tháng, năm sinh", "Ngày tháng năm sinh", "Năm sinh", "Sinh ngày", "Date of birth", "Birth"}},
	{Key: "birth_m", Names: []string{"Năm sinh Nam", "Ngày sinh Nam", "Ngày, tháng, năm sinh Nam"}},
	{Key: "birth_f", Names: []string{"Năm sinh Nữ", "Ngày sinh Nữ", "Ngày, tháng, năm sinh Nữ"}},
	{Key: "sex", Names: []string{"Giới tính", "Nam/Nữ", "Sex"}},
	{Key: "kind", Names: []string{"Đối tượng", "Loại đảng viên", "Diện", "Kind"}},
	{Key: "position", Names: []string{"Chức vụ", "Chức vụ, đơn vị công tác", "Chức danh", "Chức vụ đảng, chính quyền", "Position"}},
	{Key: "key", Names: []string{"Cán bộ chủ chốt", "Chủ chốt", "CBCC chủ chốt", "Key cadre"}},
	{Key: "joined", Names: []string{"Ngày vào Đảng", "Ngày kết nạp", "Ngày vào ĐCSVN", "Ngày kết nạp Đảng", "Ngày, tháng, năm vào Đảng", "Ngày vào Đảng Dự bị", "Ngày vào Đảng Kết nạp", "Ngày, tháng, năm vào Đảng Dự bị", "Ngày, tháng, năm vào Đảng Kết nạp", "Ngày dự bị", "Joined on"}},
	{Key: "official", Names: []string{"Ngày chính thức", "Ngày công nhận chính thức", "Ngày CT", "Ngày vào Đảng Chính thức", "Ngày, tháng, năm vào Đảng Chính thức", "Ngày chuyển đảng chính thức", "Official on"}},
	{Key: "code", Names: []string{"Mã chi bộ", "Mã tổ chức", "Mã tổ chức đảng", "Mã đơn vị", "Unit code"}, Down: true},
	{Key: "unit", Names: []string{"Chi bộ", "Tổ chức đảng", "Chi bộ sinh hoạt", "Nơi sinh hoạt", "Đơn vị sinh hoạt", "Unit"}, Down: true},
	{Key: "since", Names: []string{"Sinh hoạt từ ngày", "Ngày chuyển đến", "Ngày về chi bộ", "Since"}},
	{Key: "exempt_from", Names: []string{"Miễn sinh hoạt từ ngày", "Miễn từ ngày", "Ngày miễn sinh hoạt", "Exempt from"}},
	{Key: "exempt_to", Names: []string{"Miễn sinh hoạt đến ngày", "Miễn đến ngày", "Exempt until"}},
	{Key: "exempt_kind", Names: []string{"Hình thức miễn", "Miễn hay giảm", "Exemption"}},
	{Key: "reason", Names: []string{"Lý do miễn", "Lý do miễn sinh hoạt", "Reason"}},
	{Key: "resolution", Names: []string{"Số nghị quyết", "Nghị quyết miễn sinh hoạt", "Số nghị quyết chi bộ", "Số NQ", "Resolution"}},
	{Key: "resolved", Names: []string{"Ngày nghị quyết", "Ngày nghị quyết chi bộ", "Ngày NQ", "Resolved on"}},
	{Key: "approver", Names: []string{"Cấp phê duyệt", "Cơ quan chuẩn y", "Approver"}},
	{Key: "identity", Names: []string{"Số căn cước", "Số căn cước công dân", "Căn cước công dân", "Căn cước", "Số CCCD", "CCCD", "Số CMND/CCCD", "CMND/CCCD", "Số CCCD/CMND", "CCCD/CMND", "Số CMND", "CMND",
		"Số định danh cá nhân", "Số định danh", "Identity number"}},
	{Key: "phone", Names: []string{"Số điện thoại", "Điện thoại", "Số ĐT", "SĐT", "Điện thoại di động", "Số điện thoại di động", "Di động", "Phone"}},
	{Key: "id", Names: []string{"Mã trong hệ thống", "Mã hệ thống", "System id"}},
}

var written = func() (out []sheet.Column) {
	for _, c := range Columns {
		if !slices.Contains([]string{"family", "given", "birth_m", "birth_f", "identity", "phone"}, c.Key) {
			out = append(out, c)
		}
	}
	return out
}()

// What offices write in the columns that have few values, folded.
var (
	sexes = map[string]string{"nam": "m", "nu": "f", "m": "m", "f": "f", "male": "m", "female": "f"}
	kinds = map[string]string{
		"chinh thuc": Official, "dang vien": Official, "dang vien chinh thuc": Official, "dvct": Official, "ct": Official, "official": Official,
		"du bi": Probationary, "dang vien du bi": Probationary, "dvdb": Probationary, "db": Probationary, "probationary": Probationary,
		"can bo": Civil, "cong chuc": Civil, "vien chuc": Civil, "can bo, cong chuc, vien chuc": Civil, "can bo cong chuc vien chuc": Civil,
		"can bo, cong chuc, vien chuc ngoai dang": Civil, "nguoi lao dong": Civil, "cbccvc": Civil, "cb, cc, vc": Civil, "civil": Civil,
		"quan chung": Mass, "quan chung uu tu": Mass, "doan vien": Mass, "hoi vien": Mass, "ngoai dang": Mass, "qc": Mass, "qcut": Mass, "mass": Mass,
	}
	yesno   = map[string]string{"x": "1", "co": "1", "1": "1", "true": "1", "dung": "1", "yes": "1", "khong": "0", "0": "0", "false": "0", "no": "0", "k": "0"}
	reliefs = map[string]string{"mien": Exempt, "mien sinh hoat": Exempt, "mien cong tac va sinh hoat": Exempt, "exempt": Exempt,
		"giam": Reduced, "giam sinh hoat": Reduced, "giam, mien": Reduced, "reduced": Reduced}
)

// draft is a row of the file on its way into the rosters.
type draft struct {
	Person
	*batch.Cells
	row     int
	read    int    // remarks that it had when it was read, to start over from
	folded  string // of the name, made before the writer's turn
	place   string // code or name of the unit
	by      string // column that names the unit
	loose   bool   // the unit is only the one of the form
	key     string // "1", "0" or not said
	relief  Exemption
	given   string // id in this system, "new" for somebody new
	numbers secret.Numbers
	old     Person // who it is; zero for somebody new
	asked   id.ID  // who it may be
	made    record // of somebody new, worked out before the writer's turn
}

// reader turns rows into drafts and knows when the list is over.
type reader struct {
	usual  string
	under  string // unit of the last heading between the rows
	over   bool   // a total or a signature has been seen
	passed int
}

// read gives nil for a row that is none of the list.
func (r *reader) read(row sheet.Row) *draft {
	if unit := heading(row.Lone()); unit != "" {
		r.under = unit
		r.passed++
		return nil
	}
	if row.Blank() {
		return nil
	}
	if r.foot(row) {
		r.over = true
		r.passed++
		return nil
	}
	d := readDraft(row, r.usual)
	if d.place == "" {
		d.by, d.place = "unit", r.under
	}
	d.folded, d.read = text.Fold(d.Name), len(d.Notes)
	return d
}

var ordinal = regexp.MustCompile(`^\(?([IVXLC]+|\d{1,3})[.):/-]+\s*`)

// heading is the unit that a row over its people names: lists of several units are parted so.
func heading(lone string) string {
	if lone == "" {
		return ""
	}
	name := ordinal.ReplaceAllString(lone, "")
	name, _, _ = strings.Cut(name, ":")
	name, _, _ = strings.Cut(name, "(")
	for _, begins := range []string{"chi bo ", "dang bo ", "dang uy ", "to dang "} {
		if strings.HasPrefix(text.Fold(name)+" ", begins) {
			return strings.TrimSpace(name)
		}
	}
	return ""
}

// telling are the columns that a total or a signature does not have.
var telling = []string{"number", "birth", "birth_m", "birth_f", "joined", "official", "identity", "phone", "id"}

func (r *reader) foot(row sheet.Row) bool {
	if !batch.Plain(row, telling...) {
		return false
	}
	for _, c := range Columns {
		if s := row.Text(c.Key); s != "" && (r.over || batch.Foot(row, s)) {
			return true
		}
	}
	return false
}

func readDraft(r sheet.Row, usual string) *draft {
	c := batch.Read(r)
	d := &draft{Cells: c, row: r.Number}
	d.Name = c.Line("name", nameMax)
	if family := c.Line("family", nameMax); d.Name == "" || family != "" && !strings.Contains(d.Name, " ") {
		d.Name = strings.TrimSpace(family + " " + cmp.Or(d.Name, c.Line("given", nameMax)))
	}
	if d.Name == "" && len(c.Notes) == 0 {
		c.Blame("name", "batch.empty")
	}
	d.MemberNo = strings.ReplaceAll(strings.ToUpper(text.Fold(c.Line("number", numberMax))), " ", "")
	d.readBirth(c)
	d.Position = c.Line("position", textMax)
	d.key = c.Choice("key", yesno)
	d.KeyCadre = d.key == "1"
	d.JoinedOn, d.OfficialOn, d.Since = c.Date("joined"), c.Date("official"), c.Date("since")
	d.readKind(c, usual)
	d.by, d.place = "code", c.Line("code", textMax)
	if d.place == "" {
		d.by, d.place = "unit", c.Line("unit", textMax)
	}
	d.given = c.Line("id", 40)
	d.readRelief(c)
	d.readNumbers(c)
	d.Person = d.Person.tidy()
	return d
}

func (d *draft) readBirth(c *batch.Cells) {
	d.Birth, d.Sex = c.DateOrYear("birth"), c.Choice("sex", sexes)
	for key, sex := range map[string]string{"birth_m": "m", "birth_f": "f"} {
		if day := c.DateOrYear(key); day != "" {
			d.Birth, d.Sex = day, sex
		}
	}
}

// readKind takes what the row says, else what its days and number say.
func (d *draft) readKind(c *batch.Cells, usual string) {
	switch d.Kind = c.Choice("kind", kinds); {
	case d.Kind != "":
	case d.OfficialOn != "":
		d.Kind = Official
	case d.JoinedOn != "":
		d.Kind = Probationary
	case d.MemberNo != "":
		d.Kind = Official
	default:
		d.Kind = usual
	}
}

func (d *draft) readRelief(c *batch.Cells) {
	e := Exemption{From: c.Date("exempt_from"), To: c.Date("exempt_to"), Kind: c.Choice("exempt_kind", reliefs), Reason: c.Line("reason", textMax),
		Resolution: c.Line("resolution", 100), ResolvedOn: c.Date("resolved"), Approver: c.Line("approver", textMax)}
	if e == (Exemption{}) {
		return
	}
	for key, s := range map[string]string{"exempt_from": e.From, "reason": e.Reason, "resolution": e.Resolution} {
		if s == "" && len(c.Notes) == 0 {
			c.Blame(key, "person.exempt_needs")
		}
	}
	if e.To != "" && e.To < e.From {
		c.Blame("exempt_to", "person.to_before_from")
	}
	d.relief = e
}

// Sample is a small sheet to fill in.
func Sample(w io.Writer) error {
	none := sheet.Day("")
	return batch.Write(w, "xlsx", "Đảng viên", written, [][]any{
		{"00.000001", "Đảng viên mẫu 001", sheet.Day("1970-02-07"), "Nam", "Chính thức", "Bí thư chi bộ", "x", sheet.Day("1995-05-19"), sheet.Day("1996-05-19"),
			"HP.01.001", "", none, none, none, "", "", "", none, "", ""},
		{"00.000002", "Đảng viên mẫu 002", sheet.Day("1948-09-02"), "Nữ", "Chính thức", "", "", sheet.Day("1975-04-30"), sheet.Day("1976-04-30"),
			"HP.01.001", "", none, sheet.Day("2024-01-01"), none, "Miễn", "Tuổi cao, sức yếu", "12-NQ/CB", sheet.Day("2023-12-20"), "Đảng ủy phường mẫu 01", ""},
		{"", "Quần chúng mẫu 001", sheet.Day("2001-01-01"), "Nữ", "Quần chúng", "", "", none, none, "HP.01.001", "", none, none, none, "", "", "", none, "", ""},
	})
}

// Export writes the people of a list in columns that Import reads, page by page as they are read:
// the whole country costs no more memory than a page. kind is "xlsx" or "csv". What came to w is
// not to be answered before Export has returned: only then the reading stands in the log.
// Fault: Invalid for more people than a worksheet has rows.
func (s *Service) Export(ctx context.Context, who access.Actor, f Filter, w io.Writer, kind, lang string) error {
	seen := audit.Sight{Units: audit.Under(f.Unit, who.Scope(access.PersonRead)), Purpose: "person.export"}
	err := s.read(ctx, "export people", func(tx db.Tx) error {
		f.day, f.scope, f.seal, f.crowds = s.Now.Day(), who.Scope(access.PersonRead), s.Seal, &s.crowds
		if err := f.fits(ctx, tx, kind); err != nil {
			return err
		}
		out, err := batch.Out(w, kind, "Đảng viên", written)
		if err != nil {
			return err
		}
		for f.Page = (db.Page{Limit: 500}); ; {
			piece, err := f.rows(ctx, tx)
			if err != nil {
				return err
			}
			if err := exportRows(ctx, tx, out, piece.Items, f.day); err != nil {
				return err
			}
			if seen.N += int64(len(piece.Items)); f.Page.After == "" { // the log names no more than a page
				for _, it := range piece.Items {
					seen.People = append(seen.People, it.ID)
				}
			}
			if f.Page.After = piece.Next; piece.Next == "" {
				return out.Close()
			}
		}
	})
	if err != nil {
		return err
	}
	return wrap("export people", audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen))
}

// fits says of the plainest list before it is written that a worksheet cannot hold it.
func (f Filter) fits(ctx context.Context, tx db.Tx, kind string) error {
	tops := f.tops()
	if kind == "csv" || !f.plain() || len(tops) != 1 {
		return nil
	}
	few, err := f.crowds.AreFew(ctx, tx, tops, batch.SheetMost)
	if err == nil && !few {
		err = batch.Full()
	}
	return err
}

func exportRows(ctx context.Context, tx db.Tx, out *batch.Writing, items []Item, day string) error {
	var units, ids []id.ID
	for _, it := range items {
		units, ids = append(units, it.Unit), append(ids, it.ID)
	}
	homes, err := org.FindAll(ctx, tx, units)
	if err != nil {
		return err
	}
	reliefs, err := exemptionsOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, it := range items {
		var e Exemption
		for _, o := range reliefs[it.ID] {
			if o.On(day) {
				e = o
			}
		}
		err := out.Row(it.MemberNo, it.Name, birthCell(it.Birth), sexWord[it.Sex], kindWord[it.Kind], it.Position, yes(it.KeyCadre),
			sheet.Day(it.JoinedOn), sheet.Day(it.OfficialOn), homes[it.Unit].Code, it.UnitName, sheet.Day(""),
			sheet.Day(e.From), sheet.Day(e.To), reliefWord[e.Kind], e.Reason, e.Resolution, sheet.Day(e.ResolvedOn), e.Approver, it.ID.String())
		if err != nil {
			return err
		}
	}
	return nil
}

var (
	sexWord    = map[string]string{"m": "Nam", "f": "Nữ"}
	kindWord   = map[string]string{Official: "Chính thức", Probationary: "Dự bị", Civil: "Cán bộ, công chức, viên chức", Mass: "Quần chúng"}
	reliefWord = map[string]string{Exempt: "Miễn", Reduced: "Giảm"}
)

func birthCell(s string) any {
	if year(s) {
		return s
	}
	return sheet.Day(s)
}

// exemptionsOf are the exemptions of many people.
func exemptionsOf(ctx context.Context, tx db.Tx, people []id.ID) (map[id.ID][]Exemption, error) {
	out := map[id.ID][]Exemption{}
	for chunk := range batch.Chunks(people) {
		in, args := batch.In(chunk)
		list, err := db.All(ctx, tx, scanExemption, exemptions+`where e.person in (`+in+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			out[e.Person] = append(out[e.Person], e)
		}
	}
	return out, nil
}

// marked reports whether a name carries any mark of Vietnamese.
func marked(name string) bool { return text.Fold(name) != strings.ToLower(name) }
