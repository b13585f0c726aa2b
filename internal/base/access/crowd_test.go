package access_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/area"
	"quantriet/internal/base/person"
	"quantriet/internal/base/person/audience"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// crowd is a forest with people in it, units that ended and units that sit in the area of others (R022), all of
// it kept by hand beside the database.
type crowd struct {
	*forest
	*rand.Rand
	ended  map[id.ID]string // last day
	cells  map[id.ID]bool   // the others are groups
	sits   map[id.ID][]sitting
	people []person.Person
	relief map[id.ID]person.Exemption
	who    []access.Actor
}

// sitting is where a unit sits from a day on; zero: nowhere.
type sitting struct {
	area id.ID
	from string
}

func (c *crowd) dayAt(away int) string { return clock.Day(c.now().AddDate(0, 0, away)) }

func (c *crowd) today() string { return c.dayAt(0) }

func (c *crowd) fine(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func newCrowd(t *testing.T, d *db.DB, seed uint64) *crowd {
	c := &crowd{forest: &forest{t: t, d: d, parent: map[id.ID]id.ID{}, since: map[[2]id.ID]int64{}}, Rand: rand.New(rand.NewPCG(seed, 22)),
		ended: map[id.ID]string{}, cells: map[id.ID]bool{}, sits: map[id.ID][]sitting{}, relief: map[id.ID]person.Exemption{}, who: make([]access.Actor, 3)}
	c.grow(0)
	for range 11 {
		c.grow(pick(c.Rand, c.units))
	}
	roles := []access.Role{access.Reader, access.Secretary, access.Officer, access.Reader, access.Leader, access.Steward, access.Usher}
	for i := range 10 {
		if i%2 == 0 {
			c.move(pick(c.Rand, c.units), pick(c.Rand, c.units))
		}
		a := &c.who[i%len(c.who)]
		a.Account, a.Name, a.Lang = id.New(), "Người mẫu", "vi"
		a.Grants = append(a.Grants, access.Grant{Role: pick(c.Rand, roles), Unit: c.units[c.IntN(1+c.IntN(len(c.units)))], Covers: c.now().UnixMilli()})
	}
	c.settle()
	c.end()
	for range 24 {
		c.sit()
	}
	return c
}

// leaves are the units with nothing below them.
func (c *crowd) leaves() (out []id.ID) {
	for _, u := range c.units {
		if !slices.ContainsFunc(c.units, func(x id.ID) bool { return c.parent[x] == u }) {
			out = append(out, u)
		}
	}
	return out
}

// settle brings people in: every other leaf stays empty but for those who left, and may end.
func (c *crowd) settle() {
	homes := c.units
	for i, u := range c.leaves() {
		if c.cells[u] = i%3 > 0; i%2 == 0 {
			homes = slices.DeleteFunc(slices.Clone(homes), func(x id.ID) bool { return x == u })
		}
	}
	date := func(from, years int) string {
		return fmt.Sprintf("%d-%02d-%02d", from+c.IntN(years), 1+c.IntN(12), 1+c.IntN(28))
	}
	for range 70 {
		p := person.Person{ID: id.New(), Unit: pick(c.Rand, homes), Sex: pick(c.Rand, []string{"", "m", "f"}), Kind: pick(c.Rand, person.Kinds), KeyCadre: c.IntN(4) == 0, Since: "2010-01-01",
			Name:     pick(c.Rand, strings.Fields("Nguyễn Trần Lê")) + " " + pick(c.Rand, strings.Fields("Văn Thị Vân Hoàng")) + " " + pick(c.Rand, strings.Fields("An Ân Anh Hoà Hoàng Lê")),
			Position: pick(c.Rand, []string{"", "Bí thư", "Phó Bí thư, Chủ tịch", "Thư ký"}),
			Birth:    pick(c.Rand, []string{"", fmt.Sprint(1950 + c.IntN(50)), date(1940, 65), clock.Day(c.now().AddDate(-30, 0, c.IntN(3)-1))})}
		if p.Member() {
			p.MemberNo, p.JoinedOn = p.ID.String(), pick(c.Rand, []string{"", date(1970, 55)})
		}
		if c.IntN(4) == 0 {
			p.Unit, p.LeftOn = pick(c.Rand, c.units), c.dayAt(-3)
		}
		if c.IntN(3) == 0 {
			c.relief[p.ID] = person.Exemption{ID: id.New(), Person: p.ID, Kind: pick(c.Rand, []string{"exempt", "reduced"}), Reason: "x", Resolution: "1",
				From: c.dayAt(-5 + c.IntN(7)), To: pick(c.Rand, []string{"", c.dayAt(c.IntN(7) - 3)})}
			if e := c.relief[p.ID]; e.To != "" && e.To < e.From {
				delete(c.relief, p.ID)
			}
		}
		c.people = append(c.people, p)
	}
	c.fine(c.d.Write(ctx, func(tx db.Tx) error {
		for u, is := range c.cells {
			if _, err := tx.ExecContext(ctx, `update org_unit set level = 'cell' where id = $1 and $2 = 1`, u, map[bool]int{true: 1}[is]); err != nil {
				return err
			}
		}
		if err := person.AddAll(ctx, tx, c.people, c.now().UnixMilli(), 0); err != nil {
			return err
		}
		var list []person.Exemption
		for _, e := range c.relief {
			list = append(list, e)
		}
		return person.AddExemptions(ctx, tx, list, 0, 0)
	}))
}

// end closes what is empty: a while ago, today, or on a day to come.
func (c *crowd) end() {
	s := &org.Service{DB: c.d, Now: c.now}
	for i, u := range c.leaves() {
		if slices.ContainsFunc(c.people, func(p person.Person) bool { return p.Unit == u && p.LeftOn == "" }) || c.parent[u] == 0 {
			continue
		}
		last := c.dayAt([]int{-1, 0, 2}[i/2%3])
		c.fine(s.Close(ctx, access.System("thử"), u, last, ""))
		c.ended[u] = last
	}
}

func (c *crowd) open(u id.ID, day string) bool { return c.ended[u] == "" || day <= c.ended[u] }

// sit notes where a unit sits from a day on, unless what is asked makes no sense.
func (c *crowd) sit() {
	u, a, from := pick(c.Rand, c.units), pick(c.Rand, append(slices.Clone(c.units), 0)), c.dayAt(-9+c.IntN(12))
	err := (&area.Service{DB: c.d, Now: c.now}).Sit(ctx, access.System("thử"), u, a, from)
	_, inside := c.since[[2]id.ID{u, a}]
	later := slices.ContainsFunc(c.sits[u], func(s sitting) bool { return s.area != 0 && s.from > from })
	if !c.open(u, from) || later || a != 0 && (inside || !c.open(a, from)) {
		if fault.Of(err) != fault.Invalid {
			c.t.Fatalf("%v sits in %v from %s: %v", u, a, from, err)
		}
		return
	}
	c.fine(err)
	kept := slices.DeleteFunc(c.sits[u], func(s sitting) bool { return s.from >= from })
	c.sits[u] = append(kept, sitting{a, from})
}

func (c *crowd) sitsIn(u id.ID, day string) (in id.ID) {
	for _, s := range c.sits[u] {
		if s.from <= day {
			in = s.area
		}
	}
	return in
}

// Random trees with ended units, second places, saved queries and searches: rows seen through SQL equal
// rows computed by brute force.
func TestWhoIsMeantAndFoundEqualsBruteForce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		met, seeds := map[string]int{}, uint64(3)
		if d.Engine() != "sqlite" {
			seeds = 2 // each change is waited for
		}
		for seed := range seeds {
			c := newCrowd(t, d, seed)
			for i := range c.who {
				c.tree(c.who[i], met)
				for range 8 {
					c.audience(c.who[i], met)
					c.search(c.who[i], met)
				}
			}
		}
		for _, what := range []string{"ended", "ahead", "sitting", "hidden", "meant", "found", "left"} {
			if met[what] < 5 && seeds == 3 {
				t.Errorf("%s: tried %d times only, the test says nothing (%v)", what, met[what], met)
			}
		}
	})
}

// tree asks for units: those of today, with the ended ones, below one, and what each is beside the tree.
func (c *crowd) tree(who access.Actor, met map[string]int) {
	s := &org.Service{DB: c.d, Now: c.now}
	for _, f := range []org.Filter{{}, {Closed: true}, {Under: pick(c.Rand, c.units)}, {Under: pick(c.Rand, c.units), Closed: true, Level: "cell"}} {
		var want []id.ID
		for _, u := range slices.Sorted(slices.Values(c.units)) {
			_, under := c.since[[2]id.ID{f.Under, u}]
			if c.sees(who, access.UnitRead, u, false) && (f.Closed || c.open(u, c.today())) && (f.Under == 0 || under) && (f.Level == "" || c.cells[u]) {
				want = append(want, u)
				if !c.open(u, c.today()) {
					met["ended"]++
				} else if c.ended[u] != "" {
					met["ahead"]++
				}
			}
		}
		f.Page.Limit = 100
		items, _, total, err := s.List(ctx, who, f)
		c.fine(err)
		got := make([]id.ID, len(items))
		for i, it := range items {
			got[i] = it.ID
		}
		if slices.Sort(got); !slices.Equal(got, want) || total != int64(len(want)) {
			c.t.Fatalf("units of %+v: %v (%d), by hand %v", f, got, total, want)
		}
	}
	for _, u := range c.units {
		v, err := s.Show(ctx, who, u)
		if seen := c.sees(who, access.UnitRead, u, true); seen != (err == nil) {
			c.t.Fatalf("shown %v: %v", seen, err)
		}
		if err == nil {
			c.beside(u, v.Past, met)
		}
	}
}

// beside compares where a unit sits, ever, and who sits with it today.
func (c *crowd) beside(u id.ID, got org.Past, met map[string]int) {
	say := func(s []org.Stay) (out []string) {
		for _, x := range s {
			out = append(out, fmt.Sprint(x.ID, x.Since, x.Till))
		}
		slices.Sort(out)
		return out
	}
	stretch := func(u id.ID, i int, shown id.ID) string {
		s, till := c.sits[u][i], ""
		if i+1 < len(c.sits[u]) {
			day, _ := time.Parse(time.DateOnly, c.sits[u][i+1].from)
			till = day.AddDate(0, 0, -1).Format(time.DateOnly)
		}
		return fmt.Sprint(shown, s.from, till)
	}
	var areas, sitting []string
	for i, s := range c.sits[u] {
		if s.area != 0 {
			areas = append(areas, stretch(u, i, s.area))
		}
	}
	for _, x := range c.units {
		if c.sitsIn(x, c.today()) == u {
			i := len(c.sits[x]) - 1
			for c.sits[x][i].from > c.today() {
				i--
			}
			sitting = append(sitting, stretch(x, i, x))
			met["sitting"]++
		}
	}
	slices.Sort(areas)
	slices.Sort(sitting)
	if a, s := say(got.Areas), say(got.Sitting); !slices.Equal(a, areas) || !slices.Equal(s, sitting) {
		c.t.Fatalf("%v sits in %v, by hand %v; in its area %v, by hand %v", u, a, areas, s, sitting)
	}
}

// age is how many birthdays there were until a day; a year alone has its birthday on the first.
func age(born, day string) int64 {
	var y, m, d, Y, M, D int64
	fmt.Sscanf(born, "%d-%d-%d", &y, &m, &d)
	fmt.Sscanf(day, "%d-%d-%d", &Y, &M, &D)
	if n := Y - y; M > m || M == m && D >= d {
		return n
	}
	return Y - y - 1
}

func (c *crowd) relieved(p person.Person, kind string) bool {
	e, ok := c.relief[p.ID]
	return ok && (kind == "any" || e.Kind == kind) && e.From <= c.today() && (e.To == "" || c.today() <= e.To)
}

// means is the saved query by hand.
func (c *crowd) means(q audience.Query, p person.Person) bool {
	years := func(from string, least, most int64) bool {
		n := age(from, c.today())
		return least == 0 && most == 0 || from != "" && n >= least && (most == 0 || n <= most)
	}
	place := len(q.Units) == 0
	for _, u := range q.Units {
		_, below := c.since[[2]id.ID{u, p.Unit}]
		place = place || u == p.Unit || below && !q.Only
	}
	post := len(q.Positions) == 0
	for _, words := range q.Positions {
		post = post || strings.Contains(text.Fold(p.Position), text.Fold(words))
	}
	level := map[bool]string{true: "cell", false: "group"}[c.cells[p.Unit]]
	relief := q.Relief == "" || q.Relief == "none" && !c.relieved(p, "any") || q.Relief != "none" && c.relieved(p, q.Relief)
	return p.LeftOn == "" && place && post && relief && (len(q.Levels) == 0 || slices.Contains(q.Levels, level)) && (len(q.Kinds) == 0 || slices.Contains(q.Kinds, p.Kind)) &&
		(!q.KeyCadre || p.KeyCadre) && (q.Sex == "" || q.Sex == p.Sex) && years(p.Birth, q.AgeFrom, q.AgeTo) && years(p.JoinedOn, q.PartyFrom, q.PartyTo)
}

func (c *crowd) query() (q audience.Query) {
	for q.Empty() {
		maybe := func(fn func()) {
			if c.IntN(5) == 0 {
				fn()
			}
		}
		maybe(func() { q.Units, q.Only = []id.ID{pick(c.Rand, c.units), pick(c.Rand, c.units)}, c.IntN(2) == 0 })
		maybe(func() { q.Levels = []string{pick(c.Rand, []string{"cell", "group"})} })
		maybe(func() { q.Kinds = []string{pick(c.Rand, person.Kinds), pick(c.Rand, person.Kinds)} })
		maybe(func() { q.KeyCadre = true })
		maybe(func() { q.Positions = []string{pick(c.Rand, []string{"bí thư", "THU KY", "chủ tịch"})} })
		maybe(func() { q.Sex = pick(c.Rand, []string{"m", "f"}) })
		maybe(func() { q.AgeFrom = pick(c.Rand, []int64{30, int64(1 + c.IntN(60))}) })
		maybe(func() { q.AgeTo = max(q.AgeFrom, 29) })
		maybe(func() { q.PartyFrom = int64(1 + c.IntN(30)) })
		maybe(func() { q.Relief = pick(c.Rand, audience.Reliefs) })
		q = q.Tidy()
	}
	return q
}

// audience saves a query at a unit, reads it back as somebody, and asks who is meant.
func (c *crowd) audience(who access.Actor, met map[string]int) {
	s := &audience.Service{DB: c.d, Now: c.now, Patience: time.Minute}
	owner, under := pick(c.Rand, c.units), pick(c.Rand, c.units)
	if c.IntN(2) == 0 {
		under = pick(c.Rand, who.Grants).Unit
	}
	made, err := s.Create(ctx, access.System("thử"), audience.Saved{ID: id.New(), Unit: owner, Name: "Nhóm mẫu", Query: c.query()})
	c.fine(err)
	saved, err := s.Show(ctx, who, made.ID)
	if seen := c.sees(who, access.PersonRead, owner, true); seen != (err == nil) {
		c.t.Fatalf("the audience is seen %v: %v", seen, err)
	}
	if err != nil {
		met["hidden"]++
		return
	}
	var want, part []id.ID
	homes := map[id.ID]bool{}
	for _, p := range c.people {
		if !c.means(saved.Query, p) || !c.sees(who, access.PersonRead, p.Unit, false) {
			continue
		}
		want = append(want, p.ID)
		if _, below := c.since[[2]id.ID{under, p.Unit}]; below {
			part, homes[p.Unit] = append(part, p.ID), true
		}
	}
	var args []any
	where := who.Scope(access.PersonRead).Where("p.unit", &args) + " and " + saved.Query.Where(audience.Columns{Person: "p", Unit: "p.unit", Level: "u.level"}, c.today(), &args)
	var got []id.ID
	c.fine(c.d.Read(ctx, func(tx db.Tx) (err error) {
		got, err = db.All(ctx, tx, db.Value[id.ID], `select p.id from person p join org_unit u on u.id = p.unit where p.left_on is null and `+where+` order by p.id`, args...)
		return err
	}))
	if slices.Sort(want); !slices.Equal(got, want) {
		c.t.Fatalf("%s means %v, by hand %v", saved.Query, got, want)
	}
	met["meant"] += len(want)
	n, _, err := s.Count(ctx, who, under, saved.Query)
	named := !slices.ContainsFunc(saved.Query.Units, func(u id.ID) bool { return !c.sees(who, access.UnitRead, u, false) })
	if seen := named && c.sees(who, access.PersonRead, under, false); seen != (err == nil) {
		c.t.Fatalf("counted below %v, %v: %v", under, seen, err)
	} else if seen && (n.People != int64(len(part)) || n.Units != int64(len(homes))) {
		c.t.Fatalf("%s below %v counts %+v, by hand %d in %d", saved.Query, under, n, len(part), len(homes))
	}
}

// search looks for people by words of a name or a number, narrowed or not, to the last page.
func (c *crowd) search(who access.Actor, met map[string]int) {
	s, of := &person.Service{DB: c.d, Now: c.now}, pick(c.Rand, c.people)
	words := strings.Fields(of.Name)
	c.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	for i, w := range words {
		if letters := []rune(w); c.IntN(2) == 0 {
			words[i] = text.Fold(string(letters[:1+c.IntN(len(letters))]))
		}
	}
	f := person.Filter{Text: strings.Join(words[:1+c.IntN(len(words))], " "), Left: c.IntN(3) == 0}
	switch c.IntN(6) {
	case 0:
		f.Text = ""
	case 1:
		f.Unit = pick(c.Rand, c.units)
	case 2:
		f.Kind, f.Key = pick(c.Rand, []string{"member", "mass", "civil"}), c.IntN(2) == 0
	case 3:
		f.Exempt = pick(c.Rand, []string{"any", "exempt", "reduced"})
	case 4:
		if of.MemberNo != "" {
			f.Text, f.Left = of.MemberNo, of.LeftOn != ""
		}
	}
	var want, got []id.ID
	for _, p := range c.people {
		if c.fits(f, p) && c.sees(who, access.PersonRead, p.Unit, false) {
			want = append(want, p.ID)
		}
	}
	for f.Page.Limit = 7; ; {
		found, err := s.Search(ctx, who, f)
		c.fine(err)
		for _, it := range found.Items {
			got = append(got, it.ID)
		}
		if f.Page.After = found.Next; found.Next == "" {
			break
		}
	}
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) {
		c.t.Fatalf("%+v finds %v, by hand %v", f, got, want)
	}
	if met["found"] += len(want); f.Left {
		met["left"] += len(want)
	}
}

func (c *crowd) fits(f person.Filter, p person.Person) bool {
	_, below := c.since[[2]id.ID{f.Unit, p.Unit}]
	kind := f.Kind == "" || f.Kind == p.Kind || f.Kind == "member" && (p.Kind == "official" || p.Kind == "probationary")
	if f.Left != (p.LeftOn != "") || f.Unit != 0 && !below || !kind || f.Key && !p.KeyCadre || f.Exempt != "" && !c.relieved(p, f.Exempt) {
		return false
	}
	for _, w := range strings.Fields(text.Fold(f.Text)) {
		if f.Text != p.MemberNo && !slices.ContainsFunc(strings.Fields(text.Fold(p.Name)), func(n string) bool { return strings.HasPrefix(n, w) }) {
			return false
		}
	}
	return true
}
