package prepare

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
)

// Columns of a sheet of sites.
var Columns = []sheet.Column{
	{Key: "name", Names: []string{"Tên điểm cầu", "Điểm cầu", "Tên", "Site", "Name"}, Required: true},
	{Key: "unit", Names: []string{"Đơn vị chủ trì", "Đơn vị", "Mã đơn vị", "Đảng bộ", "Host", "Unit"}},
	{Key: "place", Names: []string{"Địa điểm", "Địa chỉ", "Place", "Address"}},
	{Key: "capacity", Names: []string{"Sức chứa", "Số chỗ", "Capacity", "Seats"}},
	{Key: "expected", Names: []string{"Đại biểu dự kiến", "Số đại biểu", "Dự kiến", "Expected", "Delegates"}},
	{Key: "contact", Names: []string{"Phụ trách kỹ thuật", "Cán bộ kỹ thuật", "Đầu mối", "Người liên hệ", "Contact"}},
	{Key: "phone", Names: []string{"Điện thoại", "Số điện thoại", "Phone"}},
	{Key: "monitor", Names: []string{"Người giám sát", "Giám sát", "Monitor"}},
}

// MostRows bounds a sheet of sites, MostSheet its bytes.
const (
	MostRows  = 5000
	MostSheet = 8 << 20
)

// Line is a row of a sheet as it was read.
type Line struct {
	N        int    `json:"n,omitempty" doc:"row in the file"`
	Name     string `json:"name"`
	Unit     string `json:"unit,omitempty" doc:"name or code of the host; empty: the organiser"`
	Place    string `json:"place,omitempty"`
	Capacity string `json:"capacity,omitempty"`
	Expected string `json:"expected,omitempty"`
	Contact  string `json:"contact,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Monitor  string `json:"monitor,omitempty"`
}

// Verdict is what bringing a line in does: add, change, same, or bad with the sentence why.
type Verdict struct {
	Line    Line   `json:"line"`
	Verdict string `json:"verdict" enum:"add,change,same,bad"`
	Host    string `json:"host" doc:"unit as it was found"`
	Key     string `json:"why,omitempty"`
	Args    []any  `json:"-"`

	site meeting.Site
}

// Foreseen is a whole sheet with what it does.
type Foreseen struct {
	Verdicts []Verdict `json:"verdicts"`
	Add      int       `json:"add"`
	Change   int       `json:"change"`
	Same     int       `json:"same"`
	Bad      int       `json:"bad"`
}

// ReadSheet reads the lines of an xlsx or csv file, whatever its encoding. Fault: Invalid.
func ReadSheet(name string, r io.ReaderAt, size int64) (out []Line, err error) {
	book, err := sheet.Open(name, r, size, sheet.Limits{Size: MostSheet})
	if err != nil {
		return nil, err
	}
	t, err := book.Find(Columns)
	if err != nil {
		return nil, err
	}
	for row, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		if row.Blank() {
			continue
		}
		if len(out) == MostRows {
			return nil, fault.At("file", "prepare.too_many_rows", "n", MostRows)
		}
		out = append(out, Line{N: row.Number, Name: row.Text("name"), Unit: row.Text("unit"), Place: row.Text("place"), Capacity: row.Text("capacity"),
			Expected: row.Text("expected"), Contact: row.Text("contact"), Phone: row.Text("phone"), Monitor: row.Text("monitor")})
	}
	return out, nil
}

// check reads the numbers of a line and measures its texts.
func (l Line) check() (s meeting.Site, key string, args []any) {
	number := func(text string) (int64, bool) {
		text = strings.NewReplacer(".", "", ",", "", " ", "").Replace(text)
		if text == "" {
			return 0, true
		}
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil && n >= 0 && n <= 1_000_000
	}
	capacity, fine := number(l.Capacity)
	expected, also := number(l.Expected)
	switch {
	case strings.TrimSpace(l.Name) == "":
		return s, "prepare.row.no_name", nil
	case !fine || !also:
		return s, "prepare.row.number", nil
	}
	for _, t := range []struct {
		text string
		most int
	}{{l.Name, 200}, {l.Place, 200}, {l.Contact, 200}, {l.Monitor, 200}, {l.Phone, 40}} {
		if utf8.RuneCountInString(t.text) > t.most || !utf8.ValidString(t.text) || strings.ContainsRune(t.text, 0) {
			return s, "prepare.row.long", []any{"n", t.most}
		}
	}
	return meeting.Site{Name: l.Name, Place: l.Place, Capacity: capacity, Expected: expected, Contact: l.Contact, Phone: l.Phone, Monitor: l.Monitor}, "", nil
}

// hosts are the units of a campaign's tree by folded name, short name and code; a name that
// two units bear names none.
type hosts struct {
	ids   map[string]id.ID
	names map[id.ID]string
}

func loadHosts(ctx context.Context, tx db.Tx, campaign id.ID) (hosts, error) {
	h := hosts{map[string]id.ID{}, map[id.ID]string{}}
	type unit struct {
		id                id.ID
		name, short, code string
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (u unit, err error) {
		err = scan(&u.id, &u.name, &u.short, &u.code)
		return u, err
	}, `select cu.unit, cu.name, cu.short, u.code from campaign_unit cu join org_unit u on u.id = cu.unit where cu.campaign = $1`, campaign)
	for _, u := range list {
		h.names[u.id] = u.short
		for _, name := range []string{u.name, u.short, u.code} {
			key := text.Fold(name)
			if old, taken := h.ids[key]; taken && old != u.id {
				h.ids[key] = 0
			} else {
				h.ids[key] = u.id
			}
		}
	}
	return h, err
}

// judge says what a sheet would do to the sites there are.
func judge(lines []Line, m meeting.Meeting, have []meeting.Site, h hosts) (f Foreseen) {
	old := map[string]meeting.Site{}
	for _, s := range have {
		old[text.Fold(s.Name)] = s
	}
	seen := map[string]bool{}
	for _, l := range lines {
		v := Verdict{Line: l, Verdict: "bad"}
		v.site, v.Key, v.Args = l.check()
		key := text.Fold(l.Name)
		unit, named := m.Unit, true
		if l.Unit != "" {
			unit, named = h.ids[text.Fold(l.Unit)]
		}
		before, known := old[key]
		switch {
		case v.Key != "":
		case seen[key]:
			v.Key = "prepare.row.twice"
		case !named:
			v.Key = "prepare.row.no_unit"
		case unit == 0:
			v.Key = "prepare.row.two_units"
		case known:
			v.Verdict, v.site = "change", merged(before, v.site)
			if v.site == before {
				v.Verdict = "same"
			}
		default:
			v.Verdict, v.site.ID, v.site.Meeting, v.site.Unit = "add", id.New(), m.ID, unit
		}
		seen[key] = true
		v.Host = h.names[v.site.Unit]
		f.add(v)
	}
	return f
}

// merged is a site with what a sheet says of it; an empty cell says nothing.
func merged(old, n meeting.Site) meeting.Site {
	or := func(to *string, with string) {
		if with != "" {
			*to = with
		}
	}
	or(&old.Place, n.Place)
	or(&old.Contact, n.Contact)
	or(&old.Phone, n.Phone)
	or(&old.Monitor, n.Monitor)
	if n.Capacity > 0 {
		old.Capacity = n.Capacity
	}
	if n.Expected > 0 {
		old.Expected = n.Expected
	}
	return old
}

func (f *Foreseen) add(v Verdict) {
	f.Verdicts = append(f.Verdicts, v)
	switch v.Verdict {
	case "add":
		f.Add++
	case "change":
		f.Change++
	case "same":
		f.Same++
	default:
		f.Bad++
	}
}

// Foresee says what bringing lines in would do; nothing is kept.
func (s *Service) Foresee(ctx context.Context, who access.Actor, of id.ID, lines []Line) (f Foreseen, err error) {
	if len(lines) > MostRows {
		return f, fault.At("file", "prepare.too_many_rows", "n", MostRows)
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		m, err := meeting.Find(ctx, tx, of)
		if err == nil {
			err = access.Check(ctx, tx, who, access.MeetingEdit, m.Unit)
		}
		if err != nil {
			return err
		}
		f, err = foresee(ctx, tx, m, lines)
		return err
	})
	if err != nil {
		return Foreseen{}, fmt.Errorf("foresee sites of %s: %w", of, err)
	}
	return f, nil
}

func foresee(ctx context.Context, tx db.Tx, m meeting.Meeting, lines []Line) (Foreseen, error) {
	have, err := meeting.Sites(ctx, tx, m.ID)
	if err != nil {
		return Foreseen{}, err
	}
	h, err := loadHosts(ctx, tx, m.Campaign)
	return judge(lines, m, have, h), err
}

// Bring adds and changes the sites of the good lines; brought in again they are the same.
func (s *Service) Bring(ctx context.Context, who access.Actor, of id.ID, lines []Line) (f Foreseen, err error) {
	if len(lines) > MostRows {
		return f, fault.At("file", "prepare.too_many_rows", "n", MostRows)
	}
	err = s.organise(ctx, who, of, "meeting.sites", func(tx db.Tx, m meeting.Meeting) (err error) {
		if f, err = foresee(ctx, tx, m, lines); err != nil {
			return err
		}
		ord, err := meeting.NextSite(ctx, tx, of)
		if err != nil {
			return err
		}
		for _, v := range slices.Clone(f.Verdicts) {
			if v.Verdict == "add" {
				v.site.Ord = ord
				ord++
			}
			if v.Verdict == "add" || v.Verdict == "change" {
				if err := meeting.KeepSite(ctx, tx, v.site); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return f, err
}
