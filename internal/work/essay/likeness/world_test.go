package likeness

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

var now = time.Date(2018, 8, 1, 1, 0, 0, 0, time.UTC)

// world is an open campaign of a city over two districts with a task, and people who write.
type world struct {
	*Service
	d                          *db.DB
	city, east, west           id.ID
	campaign, task             id.ID
	people                     []person.Person // the first half in the east
	officer, eastern, inEast   access.Actor    // city officer, unit officer, secretary of the east
	second, western, inspector access.Actor
}

func as(role access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: role, Unit: unit, From: "2018-01-01"}}}
}

const question = "Đồng chí hãy nêu những điểm mới của nghị quyết và liên hệ với nhiệm vụ được giao tại cơ quan, đơn vị mình trong thời gian tới."

func seed(t testing.TB, d *db.DB, people int) *world {
	t.Helper()
	w := &world{Service: &Service{DB: d, Now: clock.Fixed(now), Secret: []byte("một khóa chỉ dùng để thử")}, d: d, city: id.New(), east: id.New(), west: id.New(), task: id.New()}
	units := []org.Unit{
		{ID: w.city, Level: "province", Code: "P", Name: "Đảng bộ thành phố mẫu", Short: "Thành phố mẫu"},
		{ID: w.east, Parent: w.city, Level: "cell", Code: "E", Name: "Chi bộ mẫu Đông", Short: "Đông"},
		{ID: w.west, Parent: w.city, Level: "cell", Code: "W", Name: "Chi bộ mẫu Tây", Short: "Tây"},
	}
	for i := range people {
		unit := w.east
		if 2*i >= people {
			unit = w.west
		}
		w.people = append(w.people, person.Person{ID: id.New(), MemberNo: fmt.Sprintf("M%08d", i), Name: fmt.Sprintf("Đảng viên mẫu %03d", i), Kind: "official", Unit: unit, Since: "2010-01-01"})
	}
	ctx := context.Background()
	w.write(t, func(tx db.Tx) error {
		if err := org.AddAll(ctx, tx, units, 0, 0); err != nil {
			return err
		}
		return person.AddAll(ctx, tx, w.people, 0, 0)
	})
	w.officer, w.second, w.inspector = as(access.Officer, w.city), as(access.Officer, w.city), as(access.Inspector, w.city)
	w.eastern, w.inEast, w.western = as(access.UnitOfficer, w.east), as(access.Secretary, w.east), as(access.UnitOfficer, w.west)
	w.open(t)
	for _, who := range []access.Actor{w.officer, w.second, w.eastern, w.western} {
		w.write(t, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `insert into account (id, login, name, created_at) values ($1, $2, 'x', 0)`, who.Account, who.Account.String())
			return err
		})
	}
	return w
}

func (w *world) write(t testing.TB, fn func(db.Tx) error) {
	t.Helper()
	if err := w.d.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func (w *world) open(t testing.TB) {
	t.Helper()
	s, ctx := &campaign.Service{DB: w.d, Now: w.Now}, context.Background()
	paper := id.New()
	w.write(t, func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at)
			values ($1, $2, 'resolution', $3, 'Trung ương', '2018-05-19', 'Nghị quyết mẫu', 'x', 0)`, paper, w.city, paper.String())
		return err
	})
	c, err := s.Draft(ctx, w.officer, campaign.Campaign{ID: id.New(), Unit: w.city, Title: "Học tập nghị quyết mẫu", StartsOn: "2018-06-26", Rounding: "half_up", Documents: []id.ID{paper},
		Audiences: []campaign.Audience{{Name: "Đảng viên", Filter: "member", Counted: "person"}}, Dues: []campaign.Due{{Level: "cell", On: "2018-08-20"}}})
	if err == nil {
		c, err = s.Open(ctx, w.officer, c.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.campaign = c.ID
	w.write(t, func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into essay_task (id, campaign, unit, kind, title, folded, prompt, state, due_at, pass, bound, seed, created_at)
			values ($1, $2, $3, 'essay', 'Bài thu hoạch mẫu', 'x', $4, 'open', 0, 50, 10, 's', 0)`, w.task, w.campaign, w.city, question)
		return err
	})
}

// hand hands in a text of the n-th person; a second time it is a new version.
func (w *world) hand(t testing.TB, n int, body string) id.ID {
	t.Helper()
	ctx, p, version := context.Background(), w.people[n], id.New()
	essay := id.ID(0)
	w.write(t, func(tx db.Tx) error {
		all, err := db.All(ctx, tx, db.Value[id.ID], `select essay from essay_member where task = $1 and person = $2`, w.task, p.ID)
		if err != nil {
			return err
		}
		if len(all) > 0 {
			essay = all[0]
		} else {
			essay = id.New()
			if _, err := tx.ExecContext(ctx, `insert into essay (id, task, campaign, unit, lo, person, state, handed_at, started_at) select $1, $2, $3, $4, lo, $5, 'handed', $6, 0
				from campaign_unit where campaign = $3 and unit = $4`, essay, w.task, w.campaign, p.Unit, p.ID, w.Now.Ms()); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `insert into essay_member (task, person, essay, ord, must) values ($1, $2, $3, 1, true)`, w.task, p.ID, essay); err != nil {
				return err
			}
		}
		count, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_version where essay = $1`, essay)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `insert into essay_version (id, essay, n, body, syllables, handwritten, late, handed_at) values ($1, $2, $3, $4, 0, false, false, $5)`,
			version, essay, count+1, body, w.Now.Ms()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update essay set version = $1 where id = $2`, version, essay); err != nil {
			return err
		}
		return w.HandedIn(ctx, tx, essay, version)
	})
	return essay
}

func (w *world) work(t testing.TB) {
	t.Helper()
	if _, err := w.Work(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// author is the actor of the n-th person.
func (w *world) author(n int) access.Actor {
	return access.Actor{Account: id.New(), Person: w.people[n].ID, Name: w.people[n].Name, Lang: "vi"}
}

var vocabulary = strings.Fields(`chúng tôi nhận thấy công tác xây dựng đảng ở địa phương còn nhiều việc phải làm trong năm tới mỗi cán bộ cần gương mẫu
	học tập thực hiện nhiệm vụ với tinh thần trách nhiệm cao gần dân lắng nghe ý kiến nhân dân giải quyết kịp thời những vướng mắc phát sinh từ cơ sở
	đoàn kết nội bộ giữ gìn kỷ luật phát triển kinh tế văn hóa xã hội môi trường giao thông trường học bệnh viện thủy lợi ruộng đồng cảng biển tàu cá
	doanh nghiệp thanh niên phụ nữ nông dân cựu chiến binh bà con tổ dân phố chợ quê làng xóm mùa vụ lúa rau tôm muối điện nước sạch rác thải`)

// prose is n syllables nobody else writes.
func prose(seed uint64, n int) string {
	rng := rand.New(rand.NewPCG(seed, 11))
	var b strings.Builder
	for i := range n {
		if i > 0 {
			if i%17 == 0 {
				b.WriteString(".")
			}
			b.WriteString(" ")
		}
		b.WriteString(vocabulary[rng.IntN(len(vocabulary))])
	}
	return b.String() + "."
}
