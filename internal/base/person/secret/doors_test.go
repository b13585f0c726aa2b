package secret_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/base/person/late"
	"quantriet/internal/base/person/secret"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/ui"
)

var ctx = context.Background()

const identity, phone = "001099054321", "0912345678"

// Numbers are sealed, shown by their ends, found whole, and opened for a reason that is written down.
func TestNumbers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now, box := clock.Fixed(clock.Start("2026-02-07").Add(9*time.Hour)), seal.Fresh()
		people := &person.Service{DB: d, Now: now, Seal: box}
		numbers := &secret.Service{DB: d, Now: now, Seal: box}
		east := org.Unit{ID: id.New(), Code: "E", Level: "commune", Name: "Phường Đông mẫu"}
		west := org.Unit{ID: id.New(), Code: "W", Level: "commune", Name: "Phường Tây mẫu"}
		one := person.Person{ID: id.New(), Name: "Đảng viên mẫu 001", Kind: person.Official, Unit: east.ID}
		two := person.Person{ID: id.New(), Name: "Đảng viên mẫu 002", Kind: person.Official, Unit: east.ID}
		err := d.Write(ctx, func(tx db.Tx) error {
			if err := org.AddAll(ctx, tx, []org.Unit{east, west}, now.Ms(), 0); err != nil {
				return err
			}
			return person.AddAll(ctx, tx, []person.Person{one, two}, now.Ms(), 0)
		})
		if err != nil {
			t.Fatal(err)
		}
		actor := func(role access.Role, unit id.ID) access.Actor {
			return access.Actor{Account: id.New(), Name: "Người mẫu", Lang: "vi", Grants: []access.Grant{{Role: role, Unit: unit}}}
		}
		admin, leader, far := actor(access.Administrator, east.ID), actor(access.Leader, east.ID), actor(access.Administrator, west.ID)
		member := access.Actor{Account: id.New(), Name: "Đảng viên mẫu 001", Lang: "vi", Person: one.ID}
		var who access.Actor
		site := &web.Site{Now: now, Name: func(*http.Request) (string, bool) { return "Mẫu", true }, Version: "test",
			WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }}
		h := site.Handler(slices.Concat(people.Routes(), numbers.Routes(), (&late.Service{DB: d, Now: now}).Routes()), ui.Static())
		p, q := "/people/"+one.ID.String(), "/people/"+two.ID.String()
		for _, c := range []struct {
			say         string
			who         access.Actor
			ask, body   string
			status      int
			has, hasNot string
		}{
			{"the form", admin, "GET " + p + "/numbers", "", 200, `name="identity"`, ""},
			{"not for leaders", leader, "GET " + p + "/numbers", "", 403, "", ""},
			{"not for strangers", far, "GET " + p + "/numbers", "", 404, "", "001"},
			{"what is no number", admin, "POST " + p + "/numbers", "identity=12345&phone=99", 422, "12 chữ số", ""},
			{"a number with a letter", admin, "POST " + p + "/numbers", "identity=00109905432x", 422, "12 chữ số", ""},
			{"saved as people write them", admin, "POST " + p + "/numbers", "identity=001 099 054 321&phone=%2B84 912.345.678", 303, "", ""},
			{"the record shows their ends", leader, "GET " + p, "", 200, "•••• 4321", identity},
			{"the form too", admin, "GET " + p + "/numbers", "", 200, "•••• 5678", phone},
			{"by API too", leader, "GET /api/v1" + p, "", 200, "•••• 4321", identity},
			{"another cannot have it", admin, "POST " + q + "/numbers", "identity=" + identity, 409, "người khác", ""},
			{"found by the whole identity number", leader, "GET /people?q=001099054321", "", 200, "mẫu 001", "mẫu 002"},
			{"found by the phone number", leader, "GET /people?q=0912+345+678", "", 200, "mẫu 001", "mẫu 002"},
			{"not by a part of it", leader, "GET /people?q=054321", "", 200, "Không có ai khớp", "mẫu 001"},
			{"not from elsewhere", far, "GET /people?q=001099054321", "", 200, "Không có ai khớp", "mẫu 001"},
			{"a reason is asked for", leader, "GET " + p + "/reveal", "", 200, "Lý do xem", identity},
			{"and needed", leader, "POST " + p + "/reveal", "purpose=", 422, "Lý do xem", identity},
			{"opened", leader, "POST " + p + "/reveal", "purpose=doi chieu", 200, identity, ""},
			{"opened by API", leader, "POST /api/v1" + p + "/numbers/open", `{"purpose":"đối chiếu"}`, 200, phone, ""},
			{"not without a reason", leader, "POST /api/v1" + p + "/numbers/open", `{"purpose":""}`, 422, "", phone},
			{"not by strangers", far, "POST " + p + "/reveal", "purpose=x", 404, "", identity},
			{"one's own file", member, "GET /me/study", "", 200, identity, ""},
			{"nobody has one", admin, "GET /me/study", "", 403, "", ""},
			{"the phone is taken away", admin, "PUT /api/v1" + p + "/numbers", `{"phone":""}`, 200, `"phone":""`, identity},
			{"the other stays", leader, "GET " + p, "", 200, "•••• 4321", "5678"},
			{"and goes", admin, "POST " + p + "/numbers", "drop_identity=on", 303, "", ""},
			{"nothing is left", leader, "GET " + p, "", 200, "", "4321"},
			{"nobody late", admin, "GET /people/exemptions/late", "", 200, "Không có trường hợp nào", ""},
			{"late of nothing", admin, "GET /people/exemptions/late/" + one.ID.String() + "/" + two.ID.String(), "", 404, "", ""},
			{"an odd id", admin, "GET /people/%00/reveal", "", 404, "", ""},
		} {
			who = c.who
			method, path, _ := strings.Cut(c.ask, " ")
			r := httptest.NewRequestWithContext(ctx, method, "http://localhost"+path, strings.NewReader(c.body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if strings.Contains(path, "/api/") {
				r.Header.Set("Content-Type", "application/json")
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			body := w.Body.String()
			if w.Code != c.status || !strings.Contains(body, c.has) || c.hasNot != "" && strings.Contains(body, c.hasNot) {
				t.Errorf("%s: %s answered %d, want %d with %q without %q", c.say, c.ask, w.Code, c.status, c.has, c.hasNot)
			}
		}
		err = d.Read(ctx, func(tx db.Tx) error {
			logged, err := db.All(ctx, tx, db.Value[string], `select detail || why from audit_entry`)
			for _, line := range logged {
				if strings.Contains(line, identity) || strings.Contains(line, phone) {
					t.Errorf("the log tells a number: %s", line)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
