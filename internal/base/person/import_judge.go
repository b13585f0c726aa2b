package person

import (
	"cmp"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// judge decides who a row is and what it changes.
func (p *Pass) judge(piece *Piece, d *draft) batch.Row {
	row := p.verdict(piece, d)
	row.Person = cmp.Or(d.old.ID, d.asked)
	return row
}

func (p *Pass) verdict(piece *Piece, d *draft) batch.Row {
	row := batch.Row{Number: d.row, Name: d.Name, Code: d.MemberNo, Verdict: batch.Bad}
	verdict := batch.Bad
	if len(d.Notes) == 0 {
		if p.once(piece, d); len(d.Notes) > 0 && d.Notes[0].Key == "person.twice_perhaps" {
			verdict = batch.Ask
		}
	}
	if len(d.Notes) == 0 && !p.recognise(piece, d) {
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
	p.lawful(piece, d, now)
	piece.lawfulNumbers(d)
	if row.Notes = d.Notes; len(d.Notes) > 0 {
		return row
	}
	row.Verdict, row.Changes = piece.enter(d, now)
	return row
}

// first is another row in which a key was met, in this piece or an earlier one; 0 for none.
// The row itself is met when it is judged again.
func (p *Pass) first(piece *Piece, key string, row int) int {
	if n := cmp.Or(piece.key[key], p.seen.row(key)); n != min(row, rowMost) {
		return n
	}
	return 0
}

// once refuses a row that the file has twice: by number, or, when one of the two has no
// number, by name and birth, as far as both say it. Where the birth is not known the unit stands for it.
func (p *Pass) once(piece *Piece, d *draft) {
	if d.MemberNo != "" {
		if first := p.first(piece, "n"+d.MemberNo, d.row); first != 0 {
			d.Blame("number", "person.twice", "row", first)
			return
		}
		piece.key["n"+d.MemberNo] = d.row
	}
	if n := d.numbers.Identity; n != "" {
		if first := p.first(piece, "i"+n, d.row); first != 0 {
			d.Blame("identity", "person.twice", "row", first)
			return
		}
		piece.key["i"+n] = d.row
	}
	if d.given != "" {
		return
	}
	asked, kept := d.twins()
	for _, twin := range asked {
		first := p.first(piece, "b"+twin, d.row)
		if d.MemberNo == "" {
			first = cmp.Or(p.first(piece, "a"+twin, d.row), first)
		}
		if first != 0 {
			d.Blame("name", "person.twice_perhaps", "row", first)
			return
		}
	}
	if p.load.alone { // millions of rows: only as they are written
		kept = kept[:1]
	}
	for _, twin := range kept {
		if piece.key["a"+twin] = d.row; d.MemberNo == "" {
			piece.key["b"+twin] = d.row
		}
	}
}

// twins are the keys under which the same name and birth is looked for in the file, and those under
// which the row is met: a year alone is any day of it, and each day of it is that year.
func (d *draft) twins() (asked, kept []string) {
	twin := d.folded + "|" + d.Birth
	switch len(d.Birth) {
	case 0:
		twin += "|" + d.Unit.String()
		return []string{twin}, []string{twin}
	case 4:
		return []string{twin, twin + "|day"}, []string{twin}
	}
	year := d.folded + "|" + d.Birth[:4]
	return []string{twin, year}, []string{twin, year + "|day"}
}

// who is the key under which somebody who is known is met again.
func (p Person) who() string {
	if p.MemberNo != "" {
		return "n" + p.MemberNo
	}
	return "p" + p.ID.String()
}

// recognise finds who the row is; false when only a person can tell.
func (p *Pass) recognise(piece *Piece, d *draft) bool {
	old, found := named(piece, d)
	switch {
	case len(d.Notes) > 0:
		return true
	case found:
	case isNew(d.given):
		return true
	default:
		sure, perhaps := match(d.Person, piece.known.near(d))
		if sure == nil {
			var ok bool
			if sure, ok = piece.byIdentity(d); !ok {
				return false
			}
		}
		if sure != nil {
			perhaps = nil
		}
		if perhaps == nil && sure == nil {
			perhaps = elsewhere(piece, d)
		}
		if perhaps != nil {
			piece.ask(d, *perhaps)
			return false
		}
		if sure == nil {
			return true
		}
		old = *sure
	}
	if first := p.first(piece, old.who(), d.row); first != 0 {
		d.Blame("name", "person.twice", "row", first)
		return true
	}
	piece.key[old.who()], d.old = d.row, old
	if old.LeftOn != "" {
		d.Blame("name", "person.left_before", "day", text.Date(old.LeftOn))
		return false
	}
	return true
}

func isNew(s string) bool { f := text.Fold(s); return f == "moi" || f == "new" }

// named finds a person by the id in this system or by member number.
func named(piece *Piece, d *draft) (old Person, found bool) {
	if d.given != "" && !isNew(d.given) {
		of, err := id.Parse(d.given)
		if old, found = piece.known.byID[of]; err != nil || !found || !piece.units.byID[old.Unit].mine {
			d.Blame("id", "person.id_unknown", "text", d.given)
		}
		if other, taken := piece.known.byNumber[d.MemberNo]; taken && other.ID != old.ID && len(d.Notes) == 0 {
			d.Blame("number", "person.number_unusable")
		}
		return old, found
	}
	if old, found = piece.known.byNumber[d.MemberNo]; found && d.MemberNo != "" {
		if !piece.units.byID[old.Unit].mine {
			d.Blame("number", "person.number_unusable")
		}
		return old, true
	}
	return old, false
}

// elsewhere finds somebody of the same name and birth, as far as both say it, in another unit in sight, unless
// both have numbers, which differ then.
func elsewhere(piece *Piece, d *draft) *Person {
	for i, o := range piece.known.byFolded[d.folded] {
		if o.Unit != d.Unit && piece.units.byID[o.Unit].mine && d.Birth != "" && sameBirth(o.Birth, d.Birth) && (d.MemberNo == "" || o.MemberNo == "") {
			return &piece.known.byFolded[d.folded][i]
		}
	}
	return nil
}

func (p *Piece) ask(d *draft, o Person) {
	d.asked = o.ID
	d.Blame("name", "person.question", "name", o.Name, "birth", text.Date(o.Birth), "unit", p.units.byID[o.Unit].Name, "id", o.ID.String())
}

// fields of the rules and the columns they stand in.
var column = map[string]string{"member_no": "number", "joined_on": "joined", "official_on": "official", "key_cadre": "key", "unit": "code"}

// lawful puts a person's own rules to the row.
func (p *Pass) lawful(piece *Piece, d *draft, now Person) {
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
		_, _, err := rehome(piece.known.homes[d.old.ID], "", now.Unit, cmp.Or(d.Since, p.today), p.today)
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
	for _, o := range piece.known.reliefs[d.old.ID] {
		if o.From == e.From {
			e.ID = o.ID
		}
	}
	if o := e.clash(piece.known.reliefs[d.old.ID]); o != nil {
		d.Blame("exempt_from", "person.exempt_twice", "day", text.Date(o.From))
	}
}

// enter notes what to write for a row.
func (p *Piece) enter(d *draft, now Person) (batch.Verdict, []batch.Change) {
	var changes []batch.Change
	if d.old.ID == 0 {
		d.Person, d.made = now, recordOf(now)
		p.key[now.who()] = d.row
		p.added = append(p.added, d)
		p.number(d, now.ID)
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
	changes = append(changes, p.number(d, now.ID)...)
	if p.relieve(d, now.ID) {
		changes = append(changes, batch.Change{Field: "exemption", New: d.relief.Resolution})
	}
	if len(changes) > 0 {
		return batch.Changed, changes
	}
	return batch.Same, nil
}

// relieve notes a new or changed exemption; false when nothing changes.
func (p *Piece) relieve(d *draft, person id.ID) bool {
	e := d.relief
	if e.From == "" {
		return false
	}
	e.Person = person
	for _, o := range p.known.reliefs[person] {
		if o.From != e.From {
			continue
		}
		e.ID, e.Kind, e.To = o.ID, cmp.Or(e.Kind, o.Kind), cmp.Or(e.To, o.To)
		if e.Approver, e.ResolvedOn = cmp.Or(e.Approver, o.Approver), cmp.Or(e.ResolvedOn, o.ResolvedOn); e == o {
			return false
		}
		p.longer, p.before[e.ID] = append(p.longer, e), o
		return true
	}
	e.ID, e.Kind = id.New(), cmp.Or(e.Kind, Exempt)
	p.relief = append(p.relief, e)
	return true
}
