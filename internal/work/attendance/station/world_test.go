package station

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/work/attendance"
)

// begin is when the meetings of the tests begin: 07:30 in Hà Nội.
var begin = time.Date(2018, 7, 19, 0, 30, 0, 0, time.UTC)

// world is a district with two cells, whose meeting has a site for each.
type world struct {
	*Service
	d              *db.DB
	t              testing.TB
	at             time.Time
	unit           id.ID // the district
	meeting        id.ID
	sites          []id.ID
	cells          []id.ID
	people         [][]id.ID
	codes          [][]string
	usher, officer access.Actor
	strange        access.Actor
}

func (w *world) ms() int64 { return w.at.UnixMilli() }

// write runs statements in one transaction.
func (w *world) write(fn func(ex func(string, ...any))) {
	w.t.Helper()
	err := w.d.Write(context.Background(), func(tx db.Tx) (err error) {
		fn(func(q string, args ...any) {
			if err == nil {
				_, err = tx.ExecContext(context.Background(), q, args...)
			}
		})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// actor is somebody with an account and a role, both in the database.
func (w *world) actor(name string, r access.Role, unit id.ID) access.Actor {
	a := access.Actor{Account: id.New(), Name: name, Lang: "vi"}
	w.write(func(ex func(string, ...any)) {
		ex(`insert into account (id, login, name, created_at) values ($1, $2, $3, 0)`, a.Account, a.Account.String(), name)
		ex(`insert into access_grant (id, account, role, unit, valid_from, kind, covers, created_at) values ($1, $2, $3, $4, '2018-01-01', 'own', 0, 0)`, id.New(), a.Account, r, unit)
	})
	a.Grants = []access.Grant{{Account: a.Account, Role: r, Unit: unit, From: "2018-01-01"}}
	return a
}

// seed makes the world with so many people in each of two cells.
func seed(t testing.TB, d *db.DB, people int) *world {
	t.Helper()
	w := &world{d: d, t: t, at: begin.Add(-20 * time.Minute), unit: id.New(), meeting: id.New()}
	now := func() time.Time { return w.at }
	w.Service = &Service{DB: d, Now: now, Attendance: &attendance.Service{DB: d, Now: now}}
	of, doc := id.New(), id.New()
	for range 2 {
		w.cells, w.sites = append(w.cells, id.New()), append(w.sites, id.New())
	}
	w.write(func(ex func(string, ...any)) {
		for i, u := range append([]id.ID{w.unit}, w.cells...) {
			ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, $4, $4, 'x', $2, 0)`,
				u, fmt.Sprint("u", i), map[bool]any{true: nil, false: int64(w.unit)}[i == 0], fmt.Sprintf("Chi bộ mẫu %02d", i))
			ex(`insert into org_below (top, unit, depth) values ($1, $1, 0)`, u)
			if i > 0 {
				ex(`insert into org_below (top, unit, depth) values ($1, $2, 1)`, w.unit, u)
			}
		}
		ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Đợt mẫu', 'open', '2018-06-26', 0)`, of, w.unit)
		for i, u := range append([]id.ID{w.unit}, w.cells...) {
			lo, hi := i+1, i+1
			if i == 0 {
				hi = 3
			}
			ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, self_organised) values ($1, $2, $3, $4, $5, 0, 'cell', $6, $6, $7)`,
				of, u, map[bool]any{true: nil, false: int64(w.unit)}[i == 0], lo, hi, fmt.Sprintf("Chi bộ mẫu %02d", i), i == 0)
		}
		ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', '1', 'x', '2018-05-19', 'Nghị quyết', 'x', 0)`, doc, w.unit)
		ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, of, doc)
		ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at) values ($1, $2, $3, 'class', 'in_person', 'Hội nghị mẫu', 'hoi nghi mau', $4, $5, 'planned', 0)`,
			w.meeting, of, w.unit, begin.UnixMilli(), begin.Add(4*time.Hour).UnixMilli())
		ex(`insert into meeting_document (meeting, document) values ($1, $2)`, w.meeting, doc)
		serial := 0
		for i, u := range w.cells {
			name := fmt.Sprintf("Điểm cầu %d", i+1)
			ex(`insert into meeting_site (id, meeting, ord, name, folded, unit) values ($1, $2, $3, $4, $5, $6)`, w.sites[i], w.meeting, i, name, text.Fold(name), u)
			ex(`insert into meeting_invite (id, meeting, site, unit) values ($1, $2, $3, $4)`, id.New(), w.meeting, w.sites[i], u)
			var all []id.ID
			var codes []string
			for range people {
				serial++
				p, name := id.New(), fmt.Sprintf("Đảng viên mẫu %03d", serial)
				ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, $3, $4, 'official', $5, 0)`, p, name, text.Fold(name), text.NameKey(name), u)
				ex(`insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values ($1, $2, $3, $4, 'member', $5, $5, $6)`, of, p, u, i+2, false, serial)
				all, codes = append(all, p), append(codes, campaign.CipherOf(0).Code(int64(i+2), int64(serial)))
			}
			w.people, w.codes = append(w.people, all), append(w.codes, codes)
		}
	})
	w.usher = w.actor("Phụ trách mẫu", access.Usher, w.cells[0])
	w.officer = w.actor("Cán bộ mẫu", access.UnitOfficer, w.unit)
	w.strange = w.actor("Phụ trách nơi khác", access.Usher, w.cells[1])
	return w
}

// device is a phone at the door, with its own clock, key, counter and chain.
type device struct {
	w      *world
	key    *ecdsa.PrivateKey
	pass   Pass
	behind time.Duration // by which its clock is slow
	n      int64
	head   string
}

func point(key *ecdsa.PrivateKey) string {
	b, err := key.PublicKey.Bytes()
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func (w *world) device(who access.Actor, site int, behind time.Duration) *device {
	w.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	d := &device{w: w, key: key, behind: behind}
	d.pass, err = w.Register(context.Background(), who, w.meeting, w.sites[site], New{ID: id.New(), Name: "Cửa chính", Key: point(key), Sent: d.clock()})
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (d *device) clock() int64 { return d.w.at.Add(-d.behind).UnixMilli() }

// see makes the scan of a code.
func (d *device) see(code string, offline bool) Sent {
	d.n++
	return Sent{Key: id.New(), N: d.n, How: "station", Code: code, At: d.clock(), Offline: offline}
}

func (d *device) tick(p id.ID) Sent {
	d.n++
	return Sent{Key: id.New(), N: d.n, How: "list", Person: p, At: d.clock(), Offline: true}
}

// batch signs scans; one made online bears a mac.
func (d *device) batch(scans ...Sent) Batch {
	b := Batch{Sent: d.clock(), Prev: d.head, Scans: scans}
	d.head = Chain(d.head, scans)
	text := []byte(b.Text(d.pass.ID))
	if len(scans) == 1 && !scans[0].Offline {
		hash := sha256.Sum256([]byte(d.pass.Token))
		mac := hmac.New(sha256.New, hash[:])
		mac.Write(text)
		b.MAC = hex.EncodeToString(mac.Sum(nil))
		return b
	}
	sum := sha256.Sum256(text)
	r, s, err := ecdsa.Sign(rand.Reader, d.key, sum[:])
	if err != nil {
		d.w.t.Fatal(err)
	}
	sig := make([]byte, 64)
	r.FillBytes(sig[:32])
	s.FillBytes(sig[32:])
	b.Sig = base64.RawURLEncoding.EncodeToString(sig)
	return b
}

func (d *device) send(b Batch) []Verdict {
	d.w.t.Helper()
	a, err := d.w.Send(context.Background(), d.pass.ID, d.pass.Token, b)
	if err != nil {
		d.w.t.Fatal(err)
	}
	return a.Verdicts
}

// said are the labels and faults of verdicts, one word each.
func said(all []Verdict) (out []string) {
	for _, v := range all {
		switch {
		case v.Fault != "":
			out = append(out, v.Fault)
		case v.Label != "":
			out = append(out, v.Label)
		default:
			out = append(out, "ok")
		}
	}
	return out
}

// count reads one number.
func (w *world) count(q string, args ...any) (n int64) {
	w.t.Helper()
	err := w.d.Read(context.Background(), func(tx db.Tx) (err error) {
		n, err = db.One(context.Background(), tx, db.Value[int64], q, args...)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) records() int64 {
	return w.count(`select count(*) from attendance_record where meeting = $1 and void_at is null`, w.meeting)
}
