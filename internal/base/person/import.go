package person

import (
	"cmp"
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
)

// Import reads a sheet of people: new ones are added, known ones changed where the sheet
// says something else, moved when it names another unit, and exempted. Who a row is, is
// decided by the id in this system, else by the member number, else by name, birth and
// unit; where that leaves a doubt the row is a question and not applied. An empty cell
// changes nothing; nobody leaves by being absent. Faults: Invalid for a file that cannot
// be read; what is wrong with single rows is in the result.
func (s *Service) Import(ctx context.Context, who access.Actor, f batch.File, o batch.Options) (*batch.Result, error) {
	table, err := batch.Open(f, Columns)
	if err != nil {
		return nil, err
	}
	if err := whole(table, o); err != nil {
		return nil, err
	}
	p := &plan{who: who, o: o, today: s.Now.Day()}
	for row, err := range table.Rows() {
		if err != nil {
			return nil, err
		}
		if !row.Blank() {
			d := readDraft(row, o.Kind)
			p.rows, p.read = append(p.rows, d), append(p.read, len(d.Notes))
		}
	}
	var result *batch.Result
	do := func(tx db.Tx) error {
		result = batch.Begin(f, table)
		if err := p.weigh(ctx, tx, result); err != nil || !result.May(o) {
			return err
		}
		result.Applied = true
		return s.apply(ctx, tx, p, f.Name)
	}
	if o.DryRun {
		err = s.DB.Read(ctx, do)
	} else {
		err = s.DB.Write(ctx, do)
	}
	if err != nil {
		return nil, fmt.Errorf("import people: %w", err)
	}
	return result, nil
}

// whole checks the columns of which one of several must be there.
func whole(t *sheet.Table, o batch.Options) error {
	missing := &sheet.Error{Code: sheet.NoColumn, Row: t.Header}
	if !t.Has("name") && !(t.Has("family") && t.Has("given")) {
		missing.Names = append(missing.Names, "Họ và tên")
	}
	if !t.Has("code") && !t.Has("unit") && o.Under == 0 {
		missing.Names = append(missing.Names, "Mã chi bộ")
	}
	if len(missing.Names) > 0 {
		return missing
	}
	return nil
}

// plan is what becomes of the rows of one file.
type plan struct {
	who   access.Actor
	o     batch.Options
	today string
	rows  []*draft
	read  []int // remarks that a row had when it was read, to start over from

	units  units
	known  known
	seen   seen
	added  []Person
	edits  []edit
	moves  []edit
	relief []Exemption // new
	longer []Exemption // changed
}

type edit struct {
	old, new Person
	since    string
}

// units finds the study homes that the file names.
type units struct {
	byCode map[string]org.Unit
	byName map[string][]org.Unit
	byID   map[id.ID]org.Unit
	mine   map[id.ID]bool // may be edited
}

// seen finds rows of the file that are the same person.
type seen struct {
	number map[string]int
	person map[id.ID]int
	triple map[string]*draft
}

// weigh gives every row its verdict. It may run again, with another view of the rosters.
func (p *plan) weigh(ctx context.Context, tx db.Tx, r *batch.Result) (err error) {
	p.added, p.edits, p.moves, p.relief, p.longer = nil, nil, nil, nil, nil
	p.seen = seen{map[string]int{}, map[id.ID]int{}, map[string]*draft{}}
	for i, d := range p.rows {
		d.Notes, d.old, d.Unit, d.ID = d.Notes[:p.read[i]], Person{}, 0, 0
	}
	if p.units, err = loadUnits(ctx, tx, p.who); err != nil {
		return err
	}
	for _, d := range p.rows {
		p.house(d)
	}
	if p.known, err = loadKnown(ctx, tx, p.rows); err != nil {
		return err
	}
	for _, d := range p.rows {
		r.Add(p.judge(d))
	}
	return nil
}

// house finds the unit that a row names.
func (p *plan) house(d *draft) {
	u := p.units
	switch {
	case d.place == "":
		d.Unit, d.loose = p.o.Under, true
	case u.byCode[org.Code(d.place)].ID != 0:
		d.Unit = u.byCode[org.Code(d.place)].ID
	case len(u.byName[d.place]) == 1:
		d.Unit = u.byName[d.place][0].ID
	case len(u.byName[d.place]) > 1:
		d.Blame(d.by, "person.unit_ambiguous", "text", d.place)
	default:
		d.Blame(d.by, "person.unit_unknown", "text", d.place)
	}
	if d.Unit == 0 {
		return
	}
	switch home := u.byID[d.Unit]; {
	case !u.mine[d.Unit]:
		d.Blame(d.by, "person.unit_unknown", "text", d.place)
	case !home.Open(p.today):
		d.Blame(d.by, "person.unit_closed", "name", home.Name)
	}
}

// judge decides who a row is and what it changes.
func (p *plan) judge(d *draft) batch.Row {
	row := batch.Row{Number: d.row, Name: d.Name, Code: d.MemberNo, Verdict: batch.Bad}
	verdict := batch.Bad
	if len(d.Notes) == 0 {
		p.once(d)
	}
	if len(d.Notes) == 0 && !p.recognise(d) {
		verdict = batch.Ask
	}
	if len(d.Notes) > 0 {
		row.Verdict, row.Notes = verdict, d.Notes
		return row
	}
	if d.loose && d.old.ID != 0 {
		d.Unit = 0
	}
	now := d.over(d.old)
	if now.Unit == 0 {
		d.Blame("code", "batch.empty")
	}
	p.lawful(d, now)
	if row.Notes = d.Notes; len(d.Notes) > 0 {
		return row
	}
	row.Verdict, row.Changes = p.enter(d, now)
	return row
}

// once refuses a person that the file has twice.
func (p *plan) once(d *draft) {
	if first := p.seen.number[d.MemberNo]; first != 0 && d.MemberNo != "" {
		d.Blame("number", "person.twice", "row", first)
		return
	}
	p.seen.number[d.MemberNo] = d.row
	triple := fmt.Sprint(d.Unit, "|", text.Fold(d.Name), "|", d.Birth)
	if o := p.seen.triple[triple]; o != nil && (o.MemberNo == "" || d.MemberNo == "") && d.given == "" && o.given == "" {
		d.Blame("name", "person.twice", "row", o.row)
		return
	}
	p.seen.triple[triple] = d
}

// recognise finds who the row is; false when only a person can tell.
func (p *plan) recognise(d *draft) bool {
	old, found := p.named(d)
	switch {
	case len(d.Notes) > 0:
		return true
	case found:
	case isNew(d.given):
		return true
	default:
		sure, perhaps := match(d.Person, p.known.near(d))
		if perhaps == nil && sure == nil {
			perhaps = p.elsewhere(d)
		}
		if perhaps != nil {
			p.ask(d, *perhaps)
			return false
		}
		if sure == nil {
			return true
		}
		old = *sure
	}
	if first := p.seen.person[old.ID]; first != 0 {
		d.Blame("name", "person.twice", "row", first)
		return true
	}
	p.seen.person[old.ID], d.old = d.row, old
	if old.LeftOn != "" {
		d.Blame("name", "person.left_before", "day", text.Date(old.LeftOn))
		return false
	}
	return true
}

func isNew(s string) bool { f := text.Fold(s); return f == "moi" || f == "new" }

// named finds a person by the id in this system or by member number.
func (p *plan) named(d *draft) (old Person, found bool) {
	if d.given != "" && !isNew(d.given) {
		of, err := id.Parse(d.given)
		if old, found = p.known.byID[of]; err != nil || !found || !p.units.mine[old.Unit] {
			d.Blame("id", "person.id_unknown", "text", d.given)
		}
		if other, taken := p.known.byNumber[d.MemberNo]; taken && other.ID != old.ID && len(d.Notes) == 0 {
			d.Blame("number", "person.number_taken")
		}
		return old, found
	}
	if old, found = p.known.byNumber[d.MemberNo]; found && d.MemberNo != "" {
		if !p.units.mine[old.Unit] {
			d.Blame("number", "person.number_outside_scope")
		}
		return old, true
	}
	return old, false
}

// elsewhere finds somebody of the same name and birth in another unit in sight, unless
// both have numbers, which differ then.
func (p *plan) elsewhere(d *draft) *Person {
	for i, o := range p.known.byFolded[text.Fold(d.Name)] {
		if o.Unit != d.Unit && p.units.mine[o.Unit] && d.Birth != "" && o.Birth == d.Birth && (d.MemberNo == "" || o.MemberNo == "") {
			return &p.known.byFolded[text.Fold(d.Name)][i]
		}
	}
	return nil
}

func (p *plan) ask(d *draft, o Person) {
	d.Blame("name", "person.question", "name", o.Name, "birth", text.Date(o.Birth), "unit", p.units.byID[o.Unit].Name, "id", o.ID.String())
}

// fields of the rules and the columns they stand in.
var column = map[string]string{"member_no": "number", "joined_on": "joined", "official_on": "official", "key_cadre": "key", "unit": "code"}

// lawful puts a person's own rules to the row.
func (p *plan) lawful(d *draft, now Person) {
	for _, f := range fault.List(now.check(p.today)) {
		key := f.Field
		if c, ok := column[key]; ok {
			key = c
		}
		if f.Key == "web.choose" && key == "kind" {
			f.Key = "person.kind_needed"
		}
		d.Blame(key, f.Key, f.Args...)
	}
	if d.Since > p.today {
		d.Blame("since", "person.not_ahead")
	} else if d.old.ID != 0 && now.Unit != d.old.Unit {
		_, _, err := rehome(p.known.homes[d.old.ID], "", now.Unit, cmp.Or(d.Since, p.today), p.today)
		for _, f := range fault.List(err) {
			d.Blame("since", f.Key, f.Args...)
		}
	}
	if d.relief.From == "" {
		return
	}
	if !now.Member() {
		d.Blame("exempt_from", "person.exempt_outside")
	}
	e := d.relief
	for _, o := range p.known.reliefs[d.old.ID] {
		if o.From == e.From {
			e.ID = o.ID
		}
	}
	if o := e.clash(p.known.reliefs[d.old.ID]); o != nil {
		d.Blame("exempt_from", "person.exempt_twice", "day", text.Date(o.From))
	}
}

// enter notes what to write for a row.
func (p *plan) enter(d *draft, now Person) (batch.Verdict, []batch.Change) {
	var changes []batch.Change
	if d.old.ID == 0 {
		p.added = append(p.added, now)
		p.relieve(d, now.ID)
		return batch.New, nil
	}
	for _, c := range diff(d.old, now) {
		changes = append(changes, batch.Change(c))
	}
	if len(changes) > 0 {
		p.edits = append(p.edits, edit{d.old, now, ""})
	}
	if now.Unit != d.old.Unit {
		changes = append(changes, batch.Change{Field: "unit", Old: p.units.byID[d.old.Unit].Name, New: p.units.byID[now.Unit].Name})
		p.moves = append(p.moves, edit{d.old, now, d.Since})
	}
	if p.relieve(d, now.ID) {
		changes = append(changes, batch.Change{Field: "exemption", New: d.relief.Resolution})
	}
	if len(changes) > 0 {
		return batch.Changed, changes
	}
	return batch.Same, nil
}

// relieve notes a new or changed exemption; false when nothing changes.
func (p *plan) relieve(d *draft, person id.ID) bool {
	e := d.relief
	if e.From == "" {
		return false
	}
	e.Person = person
	for _, o := range p.known.reliefs[person] {
		if o.From != e.From {
			continue
		}
		if e.ID = o.ID; e.To == "" {
			e.To = o.To
		}
		if e.Approver == "" {
			e.Approver = o.Approver
		}
		if e == o {
			return false
		}
		p.longer = append(p.longer, e)
		return true
	}
	e.ID = id.New()
	p.relief = append(p.relief, e)
	return true
}
