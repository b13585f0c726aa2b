package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/base/setting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

// Story is what the demo tells: its day of telling and who may sign in.
type Story struct {
	Now   time.Time // the demo's clock starts here
	Doors []Door
}

// Door is a ready way in for one role; Path signs in.
type Door struct {
	Role    access.Role
	Name    string
	Unit    string
	Path    string
	Account id.ID
}

// Size is how large the synthetic province is.
type Size struct {
	Communes   int `help:"Communes of the synthetic province." default:"40"`
	Grassroots int `help:"Grassroots organisations in each commune." default:"12"`
	Cells      int `help:"Cells in each grassroots organisation." default:"4"`
	Members    int `help:"Members in each cell." default:"12"`
}

// Scenarios that Demo knows.
const (
	HaiPhong = "haiphong-2018"
	Province = "province"
)

// demo builds one scenario; its clock is moved while the story is told.
type demo struct {
	*App
	now   time.Time
	rand  *rand.Rand
	story Story
	sys   access.Actor
	units []org.Unit
	// people are kept by unit so that the story knows whom it speaks of
	people map[id.ID][]person.Person
}

// Demo fills an empty database with an invented story and gives the ways in. It refuses
// a database in which anything but a demo was ever set up.
func Demo(ctx context.Context, d *db.DB, dir, scenario string, size Size) (Story, error) {
	t := &demo{rand: rand.New(rand.NewPCG(2018, 7)), sys: access.System("Bản trình diễn"), people: map[id.ID][]person.Person{}}
	t.App = New(d, func() time.Time { return t.now }, dir)
	tell := t.haiPhong
	switch scenario {
	case HaiPhong:
	case Province:
		tell = func(ctx context.Context) error { return t.province(ctx, size) }
	default:
		return Story{}, fmt.Errorf("unknown scenario %q: there are %s and %s", scenario, HaiPhong, Province)
	}
	done, err := t.told(ctx)
	if err != nil {
		return Story{}, err
	}
	if done == "" {
		if err := tell(ctx); err != nil {
			return Story{}, fmt.Errorf("demo %s: %w", scenario, err)
		}
		if err := t.remember(ctx, scenario); err != nil {
			return Story{}, err
		}
		if err := d.Analyze(ctx); err != nil {
			return Story{}, err
		}
	} else if done != scenario {
		return Story{}, fmt.Errorf("the database holds the demo %q; name another folder with --data", done)
	}
	err = t.open(ctx, scenario)
	return t.story, err
}

// demoScenario remembers which story a database holds.
var demoScenario = setting.Key[string]{Name: "demo.scenario"}

func (t *demo) told(ctx context.Context) (scenario string, err error) {
	err = t.DB.Read(ctx, func(tx db.Tx) error {
		if scenario, err = demoScenario.On(ctx, tx, 0, "9999-12-31"); err != nil || scenario != "" {
			return err
		}
		n, err := db.One(ctx, tx, db.Value[int64], `select (select count(*) from org_unit) + (select count(*) from account)`)
		if err == nil && n > 0 {
			err = fault.New(fault.Conflict, "app.demo_not_empty")
		}
		return err
	})
	return scenario, err
}

func (t *demo) remember(ctx context.Context, scenario string) error {
	return t.DB.Write(ctx, func(tx db.Tx) error {
		if err := demoScenario.Put(ctx, tx, 0, "1990-01-01", scenario, "", t.Now.Ms(), 0); err != nil {
			return err
		}
		if err := account.FactorRequired.Put(ctx, tx, 0, "1990-01-01", false, "Bản trình diễn: ai cũng vào được bằng liên kết", t.Now.Ms(), 0); err != nil {
			return err
		}
		return setting.Demo.Put(ctx, tx, 0, "1990-01-01", true, "", t.Now.Ms(), 0)
	})
}

// at moves the demo's clock to a local moment "2018-07-19 07:30".
func (t *demo) at(moment string) {
	at, err := time.ParseInLocation("2006-01-02 15:04", moment, clock.Zone)
	if err != nil {
		panic(err)
	}
	t.now = at
}

// moment is a local moment in Unix milliseconds.
func moment(s string) int64 {
	at, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Zone)
	if err != nil {
		panic(err)
	}
	return at.UnixMilli()
}

// store writes the units and people gathered so far.
func (t *demo) store(ctx context.Context, name string, people []person.Person, exempt []person.Exemption) error {
	return t.DB.Write(ctx, func(tx db.Tx) error {
		if err := setting.Installation.Put(ctx, tx, 0, "1990-01-01", name, "", t.Now.Ms(), 0); err != nil {
			return err
		}
		if err := org.AddAll(ctx, tx, t.units, t.Now.Ms(), 0); err != nil {
			return err
		}
		if err := person.AddAll(ctx, tx, people, t.Now.Ms(), 0); err != nil {
			return err
		}
		return person.AddExemptions(ctx, tx, exempt, t.Now.Ms(), 0)
	})
}

// unit adds a unit to the story.
func (t *demo) unit(parent id.ID, level, code, name, short, committee, symbol, place, from string) org.Unit {
	u := org.Unit{ID: id.New(), Parent: parent, Level: level, Code: code, Name: name, Short: short, Committee: committee, Symbol: symbol,
		Place: place, From: from, Position: len(t.units)}
	t.units = append(t.units, u)
	return u
}

// member invents a member, visibly.
func (t *demo) member(n int, unit id.ID, keyCadre bool) person.Person {
	p := person.Person{ID: id.New(), MemberNo: fmt.Sprintf("M%08d", n), Name: fmt.Sprintf("Đảng viên mẫu %05d", n), Kind: "official",
		Birth: fmt.Sprintf("%d-%02d-%02d", 1945+t.rand.IntN(50), 1+t.rand.IntN(12), 1+t.rand.IntN(28)), Sex: []string{"m", "f"}[n%2],
		Unit: unit, KeyCadre: keyCadre, Since: "2010-01-01", JoinedOn: "2005-05-19", OfficialOn: "2006-05-19"}
	if keyCadre {
		p.Position = "Cán bộ chủ chốt"
	}
	t.people[unit] = append(t.people[unit], p)
	return p
}

// door makes an account with one role and remembers it.
func (t *demo) door(ctx context.Context, role access.Role, login string, unit org.Unit, of person.Person) (access.Actor, error) {
	in := account.New{ID: id.New(), Login: login, Name: of.Name, Person: of.ID, Lang: "vi",
		Grants: []account.NewGrant{{ID: id.New(), Role: role, Unit: unit.ID, From: "2015-01-01"}}}
	if of.ID == 0 {
		in.Name = words.T("vi", "access.role."+string(role)) + " mẫu"
	}
	a, err := t.Account.Create(ctx, t.sys, in)
	if err != nil {
		return access.Actor{}, fmt.Errorf("account %s: %w", login, err)
	}
	t.story.Doors = append(t.story.Doors, Door{Role: role, Name: in.Name, Unit: unit.Name, Account: a.ID})
	return access.Actor{Account: a.ID, Person: of.ID, Name: in.Name, Lang: "vi",
		Grants: []access.Grant{{Role: role, Unit: unit.ID, From: "2015-01-01"}}}, nil
}

// open makes fresh sign-in links for the story's roles, good for a day.
func (t *demo) open(ctx context.Context, scenario string) error {
	if len(t.story.Doors) == 0 {
		if err := t.recall(ctx, scenario); err != nil {
			return err
		}
	}
	t.now = t.story.Now
	for i := range t.story.Doors {
		path, err := t.Account.SignInLink(ctx, t.story.Doors[i].Account, 24*time.Hour, true)
		if err != nil {
			return err
		}
		t.story.Doors[i].Path = path
	}
	return nil
}
