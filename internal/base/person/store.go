package person

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

const columns = `p.id, coalesce(p.member_no, ''), p.name, coalesce(p.birth, ''), p.sex, p.kind, p.position, p.key_cadre,
	coalesce(p.joined_on, ''), coalesce(p.official_on, ''), p.unit, coalesce(p.left_on, '')`

func (p *Person) places() []any {
	return []any{&p.ID, &p.MemberNo, &p.Name, &p.Birth, &p.Sex, &p.Kind, &p.Position, &p.KeyCadre, &p.JoinedOn, &p.OfficialOn, &p.Unit, &p.LeftOn}
}

func scanPerson(scan func(...any) error) (p Person, err error) {
	err = scan(p.places()...)
	return p, err
}

// Find loads a person, also one who left. Fault: Missing.
func Find(ctx context.Context, tx db.Tx, person id.ID) (Person, error) {
	return db.One(ctx, tx, scanPerson, `select `+columns+` from person p where p.id = $1`, person)
}

// ByNumber loads a person by Party card number. Fault: Missing.
func ByNumber(ctx context.Context, tx db.Tx, number string) (Person, error) {
	return db.One(ctx, tx, scanPerson, `select `+columns+` from person p where p.member_no = $1`, Person{MemberNo: number}.tidy().MemberNo)
}

// AddAll stores new people with their memberships. at is Unix milliseconds, by the account
// that made them, zero for the machine's keeper; a person's Since is that day unless given.
// The caller has checked them. Faults: Conflict for a member number that is taken, Invalid
// for a unit that is nowhere.
func AddAll(ctx context.Context, tx db.Tx, people []Person, at int64, by id.ID) error {
	list := make([]record, len(people))
	for i, p := range people {
		list[i] = recordOf(p)
	}
	return insertAll(ctx, tx, list, at, by)
}

// record is what is written for somebody new.
type record struct {
	person []any // the last two are at and by
	home   []any // the third is the first day
	words  []bearer
}

type bearer struct {
	word   string
	person id.ID
}

func recordOf(p Person) record {
	p = p.tidy()
	return record{
		[]any{p.ID, null(p.MemberNo), p.Name, text.Fold(p.Name), text.NameKey(p.Name), null(p.Birth), p.Sex, p.Kind, p.Position, text.Bare(p.Position),
			p.KeyCadre, null(p.JoinedOn), null(p.OfficialOn), p.Unit, twinOf(p), null(p.LeftOn), nil, nil},
		[]any{p.ID, p.Unit, p.Since, null(p.LeftOn), true},
		wordsOf(p),
	}
}

func insertAll(ctx context.Context, tx db.Tx, list []record, at int64, by id.ID) error {
	rows, homes := make([][]any, len(list)), make([][]any, len(list))
	var words []bearer
	today := clock.Day(clock.From(at))
	for i, r := range list {
		r.person[16], r.person[17] = at, by
		if r.home[2] == "" {
			r.home[2] = today
		}
		rows[i], homes[i], words = r.person, r.home, append(words, r.words...)
	}
	err := batch.Insert(ctx, tx, `insert into person (id, member_no, name, folded, name_key, birth, sex, kind, position, position_folded,
		key_cadre, joined_on, official_on, unit, twin, left_on, created_at, created_by)`, 18, rows)
	if err != nil {
		return refused(err)
	}
	if err := batch.Insert(ctx, tx, `insert into person_membership (person, unit, valid_from, valid_to, study_home)`, 5, homes); err != nil {
		return err
	}
	return insertWords(ctx, tx, words)
}

// insertWords writes words in their order: neighbours stand on one page.
func insertWords(ctx context.Context, tx db.Tx, words []bearer) error {
	slices.SortFunc(words, func(a, b bearer) int {
		return cmp.Or(cmp.Compare(a.word, b.word), cmp.Compare(a.person, b.person))
	})
	rows, cells := make([][]any, len(words)), make([]any, 2*len(words))
	for i, w := range words {
		rows[i] = cells[2*i : 2*i+2]
		rows[i][0], rows[i][1] = w.word, w.person
	}
	return batch.Insert(ctx, tx, `insert into person_word (word, person)`, 2, rows)
}

// forget takes the words of a name away, before it changes or its bearer was never there.
func forget(ctx context.Context, tx db.Tx, old Person) error {
	for _, w := range wordsOf(old) {
		if _, err := tx.ExecContext(ctx, `delete from person_word where word = $1 and person = $2`, w.word, w.person); err != nil {
			return err
		}
	}
	return nil
}

// wordsOf are the words by which a name is found.
func wordsOf(p Person) (list []bearer) {
	words := strings.Fields(text.Fold(p.Name))
	slices.Sort(words)
	for _, w := range slices.Compact(words) {
		list = append(list, bearer{w, p.ID})
	}
	return list
}

func refused(err error) error {
	switch {
	case db.IsDuplicate(err):
		return taken
	case db.IsReference(err):
		return fault.At("unit", "web.choose")
	}
	return err
}

var taken = &fault.Error{Kind: fault.Conflict, Key: "person.number_taken", Field: "member_no"}

// AddExemptions stores new exemptions. The caller has checked them and that none clashes.
func AddExemptions(ctx context.Context, tx db.Tx, list []Exemption, at int64, by id.ID) error {
	rows := make([][]any, len(list))
	for i, e := range list {
		rows[i] = []any{e.ID, e.Person, e.Kind, e.Reason, e.From, null(e.To), e.Resolution, e.Approver, null(e.ResolvedOn), at, by}
	}
	return batch.Insert(ctx, tx, `insert into person_exemption (id, person, kind, reason, valid_from, valid_to, resolution,
		approver, resolved_on, created_at, created_by)`, 11, rows)
}

const exemptions = `select e.id, e.person, e.kind, e.reason, e.valid_from, coalesce(e.valid_to, ''), e.resolution, e.approver, coalesce(e.resolved_on, '') from person_exemption e `

func scanExemption(scan func(...any) error) (e Exemption, err error) {
	err = scan(&e.ID, &e.Person, &e.Kind, &e.Reason, &e.From, &e.To, &e.Resolution, &e.Approver, &e.ResolvedOn)
	return e, err
}

// Exemptions of a person, the newest first.
func Exemptions(ctx context.Context, tx db.Tx, person id.ID) ([]Exemption, error) {
	return db.All(ctx, tx, scanExemption, exemptions+`where e.person = $1 order by e.valid_from desc, e.id`, person)
}

func update(ctx context.Context, tx db.Tx, p Person) error {
	old, err := Find(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		update person set member_no = $2, name = $3, folded = $4, name_key = $5, birth = $6, sex = $7, kind = $8, position = $9,
			key_cadre = $10, joined_on = $11, official_on = $12, position_folded = $13, twin = $14
		where id = $1`, p.ID, null(p.MemberNo), p.Name, text.Fold(p.Name), text.NameKey(p.Name), null(p.Birth), p.Sex, p.Kind, p.Position,
		p.KeyCadre, null(p.JoinedOn), null(p.OfficialOn), text.Bare(p.Position), twinOf(p))
	if err != nil || old.Name == p.Name {
		return refused(err)
	}
	if err := forget(ctx, tx, old); err != nil {
		return err
	}
	return insertWords(ctx, tx, wordsOf(p))
}

// updateExemption notes who made a record free from more, and when: late asks for that instant.
func updateExemption(ctx context.Context, tx db.Tx, e Exemption, at int64, by id.ID) error {
	const more = `($2 = 'exempt' and kind <> $2 or coalesce($4, '9999') > coalesce(valid_to, '9999'))`
	_, err := tx.ExecContext(ctx, `
		update person_exemption set changed_at = case when `+more+` then $8 else changed_at end, changed_by = case when `+more+` then $9 else changed_by end,
			kind = $2, reason = $3, valid_to = $4, resolution = $5, approver = $6, resolved_on = $7 where id = $1`,
		e.ID, e.Kind, e.Reason, null(e.To), e.Resolution, e.Approver, null(e.ResolvedOn), at, by)
	return err
}

// home is the last stretch in a study home.
func home(ctx context.Context, tx db.Tx, person id.ID) (Membership, error) {
	return db.One(ctx, tx, scanMembership, `
		select unit, valid_from, coalesce(valid_to, '') from person_membership
		where person = $1 and study_home order by valid_from desc limit 1`, person)
}

func scanMembership(scan func(...any) error) (m Membership, err error) {
	err = scan(&m.Unit, &m.From, &m.To)
	return m, err
}

// settle writes a move that rehome decided.
func settle(ctx context.Context, tx db.Tx, person id.ID, last Membership, unit id.ID, from, end string, fix bool) error {
	var err error
	if fix {
		_, err = tx.ExecContext(ctx, `update person_membership set unit = $3 where person = $1 and valid_from = $2 and study_home`, person, from, unit)
	} else {
		_, err = tx.ExecContext(ctx, `update person_membership set valid_to = $3 where person = $1 and valid_from = $2 and study_home`, person, last.From, end)
		if err == nil {
			_, err = tx.ExecContext(ctx, `insert into person_membership (person, unit, valid_from, study_home) values ($1, $2, $3, true)`, person, unit, from)
		}
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `update person set unit = $2, left_on = null where id = $1`, person, unit)
	}
	return refused(err)
}

// maker is the account that made a row of a table; made is false when there is no such row.
func maker(ctx context.Context, tx db.Tx, table string, row id.ID) (by id.ID, made bool, err error) {
	list, err := db.All(ctx, tx, db.Value[id.ID], `select created_by from `+table+` where id = $1`, row)
	if err != nil || len(list) == 0 {
		return 0, false, err
	}
	return list[0], true, nil
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}
