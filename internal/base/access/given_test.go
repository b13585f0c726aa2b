package access_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// sentences are what ux.md says of who may what, for three things that are asked; written down once
// more, since the roles themselves are what is tried.
var sentences = map[access.Role][]access.Need{
	access.Leader:    {access.PersonRead},
	access.Secretary: {access.PersonRead},
	access.Inspector: {access.PersonRead, access.AuditRead},
	access.Reader:    {access.PersonRead},
	access.Steward:   {access.AccountEdit},
	access.Auditor:   {access.AuditRead},
	access.Usher:     nil,
	access.Operator:  nil,
	access.Member:    nil,
}

// paper is a grant as it is kept by hand, beside the database.
type paper struct {
	access.Grant
	from    *paper // what it passes on
	revoked bool
}

// papers are the grants of a forest and those who hold them.
type papers struct {
	*forest
	accounts []id.ID
	all      []*paper
	shut     map[id.ID]bool
}

func (p *papers) write(fn func(tx db.Tx) error) {
	if err := p.d.Write(ctx, fn); err != nil && fault.Of(err) == fault.Internal {
		p.t.Fatal(err)
	}
}

// day is a civil day some days from the forest's.
func (p *papers) dayAt(away int) string { return clock.Day(p.now().AddDate(0, 0, away)) }

// give hands out a role at a unit: one's own, by a post, acting, or a part of what somebody has.
func (p *papers) give(r *rand.Rand) {
	g := &paper{Grant: access.Grant{ID: id.New(), Account: pick(r, p.accounts), Unit: pick(r, p.units),
		Role: pick(r, []access.Role{access.Leader, access.Reader, access.Secretary, access.Inspector, access.Inspector, access.Inspector, access.Steward, access.Auditor, access.Usher, access.Operator, access.Member}),
		Kind: pick(r, []access.Kind{access.Own, access.ByPost, access.Acting, access.Delegated, access.Delegated, access.Delegated}),
		From: p.dayAt(-2 + r.IntN(5)), Covers: p.now().UnixMilli()}}
	if last := -2 + r.IntN(11); last < 4 { // else without an end
		g.To = p.dayAt(last)
	}
	if g.Kind == access.Delegated {
		whole := slices.DeleteFunc(slices.Clone(p.all), func(o *paper) bool { return o.from != nil })
		if len(whole) == 0 {
			return
		}
		g.from = pick(r, whole)
		g.Parent, g.Role = g.from.ID, g.from.Role
		below := slices.DeleteFunc(slices.Clone(p.units), func(u id.ID) bool { return !slices.Contains(p.above(u), g.from.Unit) })
		if r.IntN(4) > 0 {
			g.Unit = pick(r, below)
		}
	}
	p.write(func(tx db.Tx) error {
		if g.Kind == access.ByPost || g.Kind == access.Acting {
			g.Post = id.New()
			if err := access.AddPost(ctx, tx, access.Post{ID: g.Post, Unit: g.Unit, Title: "Chức danh mẫu", Role: g.Role}, 1, 0); err != nil {
				return err
			}
		}
		err := access.Add(ctx, tx, g.Grant, g.Covers, 0)
		if err == nil {
			p.all = append(p.all, g)
		}
		return err
	})
}

// change revokes one, lets one follow the moves so far, or shuts somebody out.
func (p *papers) change(r *rand.Rand) {
	if len(p.all) == 0 {
		return
	}
	g := pick(r, p.all)
	if g.from != nil && r.IntN(2) == 0 {
		g = g.from
	}
	at := p.now().UnixMilli()
	p.write(func(tx db.Tx) error {
		switch r.IntN(3) {
		case 0:
			g.revoked = true
			return access.Revoke(ctx, tx, g.ID, at, 0)
		case 1:
			g.Covers = at
			return access.Cover(ctx, tx, g.ID, at)
		}
		p.shut[g.Account] = true
		_, err := tx.ExecContext(ctx, `update account set disabled_at = 1 where id = $1`, g.Account)
		return err
	})
}

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

// lasts: from its first day through its last, unless it was taken back.
func (g *paper) lasts(day string) bool {
	return !g.revoked && g.From <= day && (g.To == "" || day <= g.To)
}

// gives is brute force: does a paper show a unit on a day? What is passed on shows what both show, while
// who passed it on is there.
func (p *papers) gives(g *paper, day string, u id.ID) bool {
	covers := g.Covers
	if g.from != nil {
		covers = g.from.Covers
		since, below := p.since[[2]id.ID{g.from.Unit, g.Unit}]
		if !g.from.lasts(day) || p.shut[g.from.Account] || !below || since > covers {
			return false
		}
	}
	since, below := p.since[[2]id.ID{g.Unit, u}]
	return g.lasts(day) && below && since <= covers
}

// Random dated, revoked, acting and delegated grants over trees that move: what is in force on a day shows
// through SQL what loops over slices show.
func TestWhatIsGivenEqualsBruteForce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rapid.Check(t, func(t *rapid.T) {
			p := &papers{forest: &forest{t: t, d: d, parent: map[id.ID]id.ID{}, since: map[[2]id.ID]int64{}},
				accounts: []id.ID{id.New(), id.New(), id.New()}, shut: map[id.ID]bool{}}
			p.write(func(tx db.Tx) (err error) {
				for _, a := range p.accounts {
					if _, err = tx.ExecContext(ctx, `insert into account (id, login, name, created_at) values ($1, $2, 'x', 0)`, a, a.String()); err != nil {
						break
					}
				}
				return err
			})
			p.grow(0)
			for range rapid.IntRange(4, 7).Draw(t, "units") {
				p.grow(rapid.SampledFrom(p.units).Draw(t, "parent"))
			}
			// rapid prefers what is small and first; here everything is to come as often
			r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
			for range 8 + r.IntN(12) {
				switch r.IntN(9) {
				case 0, 1, 2:
					p.move(p.units[r.IntN(len(p.units))], p.units[r.IntN(len(p.units))])
				case 3, 4:
					p.change(r)
				default:
					p.give(r)
				}
			}
			for _, away := range []int{-1, 0, 1, 3} {
				for _, a := range p.accounts {
					p.compare(a, p.dayAt(away))
				}
			}
		})
	})
}

// compare asks what somebody sees on a day, for each of three needs.
func (p *papers) compare(account id.ID, day string) {
	who := access.Actor{Account: account}
	err := p.d.Read(ctx, func(tx db.Tx) (err error) {
		who.Grants, err = access.InForce(ctx, tx, account, day)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, need := range []access.Need{access.PersonRead, access.AccountEdit, access.AuditRead} {
		var want []id.ID
		for _, u := range slices.Sorted(slices.Values(p.units)) {
			if slices.ContainsFunc(p.all, func(g *paper) bool {
				return g.Account == account && slices.Contains(sentences[g.Role], need) && p.gives(g, day, u)
			}) {
				want = append(want, u)
			}
		}
		if got := p.rows(who.Scope(need).Where); !slices.Equal(got, want) {
			p.t.Fatalf("%s on %s: %v, by hand %v", need, day, got, want)
		}
	}
}
