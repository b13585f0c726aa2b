package board

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t), 2, 2, 1)
	w.came(t, w.meeting, w.sites[0], people(20), begin)
	var who access.Actor
	h := door(w.Service, &who)
	m, c := "/meetings/"+w.meeting.String()+"/board", "/campaigns/"+w.campaign.String()+"/board"
	far := "?unit=" + w.provinces[1].unit.String()
	young := id.New()
	w.exec(t, `insert into org_unit (id, code, level, name, short, folded, sort_key, created_at) values ($1, 'young', 'commune', 'Xã mới', 'Xã mới', 'x', 'x', 0)`, young)
	w.exec(t, `insert into org_below (top, unit, depth) values ($1, $1, 0), ($2, $1, 1)`, young, w.root.unit)
	for _, row := range []struct {
		name     string
		who      access.Actor
		path     string
		status   int
		has, not string
	}{
		{"the board of the whole", w.officer, m, 200, "Tỉnh ủy mẫu 02", "wl-num"},
		{"with the way to the stream", w.officer, m, 200, `data-stream="` + m + `/stream"`, ""},
		{"a refresh without scripts", w.officer, m, 200, `<noscript><meta http-equiv="refresh"`, ""},
		{"on the wall", w.officer, m + "?screen=1", 200, "wl-num", `<nav`},
		{"dark on the wall", w.officer, m + "?screen=1&dark=1", 200, `data-bs-theme="dark"`, ""},
		{"whom to ring", w.officer, m, 200, `href="tel:0912345678"`, ""},
		{"a province sees its own", w.province, m, 200, "Xã mẫu 01.02", "Tỉnh ủy mẫu 02"},
		{"and nothing of a neighbour", w.province, m, 200, "Điểm cầu Xã mẫu 01.01-1", "Xã mẫu 02"},
		{"nor by asking", w.province, m + far, 404, "", "Tỉnh ủy mẫu 02"},
		{"an usher sees the commune", w.commune, m, 200, "Xã mẫu 01.01", "Xã mẫu 01.02"},
		{"a unit younger than the campaign sees nothing of it", actor(access.Usher, young), m, 200, "Chưa có điểm cầu nào", "Xã mẫu"},
		{"a stranger", w.stranger, m, 404, "", "Hội nghị toàn quốc"},
		{"a member", actor(access.Member, w.root.unit), m, 403, "", "Hội nghị toàn quốc"},
		{"nobody is asked to sign in", access.Actor{}, m, 303, "", ""},
		{"a meeting that is none", w.officer, "/meetings/" + id.New().String() + "/board", 404, "", ""},
		{"an id that is none", w.officer, "/meetings/x/board", 404, "", ""},
		{"a unit that is none", w.officer, m + "?unit=x", 404, "", ""},
		{"a unit beyond the tree", w.officer, m + "?unit=" + w.stranger.Home().String(), 404, "", ""},
		{"a part that is none", w.officer, m + "?part=x", 422, "", ""},
		{"a part below nothing", w.officer, m + "?part=-1", 422, "", ""},
		{"a part beyond the last is the last", w.officer, m + "?part=999", 200, "Từng điểm cầu", ""},
		{"bytes that are no text", w.officer, m + "?unit=%ff%00", 404, "", ""},
		{"the campaign's day", w.officer, c, 200, "Tỉnh ủy mẫu 01", ""},
		{"for a province", w.province, c, 200, "Xã mẫu 01.01", "Tỉnh ủy mẫu 02"},
		{"not for a stranger", w.stranger, c, 404, "", "Tỉnh ủy"},
		{"nor the neighbour's part", w.province, c + far, 404, "", ""},
		{"its wall", w.province, c + "?screen=1", 200, "wl-num", ""},
		{"a campaign that is none", w.officer, "/campaigns/" + id.New().String() + "/board", 404, "", ""},
		{"by API", w.officer, "/api/v1" + m, 200, `"grades":[0,15,5,0,0]`, ""},
		{"by API within the scope", w.province, "/api/v1" + m, 200, `"persons":20`, "02.01"},
		{"by API for a stranger", w.stranger, "/api/v1" + m, 404, "fault", ""},
		{"by API with a part that is none", w.officer, "/api/v1" + m + "?part=-1", 422, "", ""},
		{"the campaign by API", w.officer, "/api/v1" + c, 200, `"sites":4`, ""},
		{"a stream beyond the scope", w.province, m + "/stream" + far, 404, "", ""},
		{"a stream by API beyond the scope", w.province, "/api/v1" + m + "/events" + far, 404, "application", ""},
		{"a stream by API for nobody", access.Actor{}, "/api/v1" + m + "/events", 401, "", ""},
		{"a stream of nothing", w.officer, "/api/v1/meetings/x/board/events", 422, "", ""},
	} {
		who = row.who
		ctx, stop := context.WithTimeout(t.Context(), 5*time.Second) // a stream that should not have begun
		defer stop()
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://localhost"+row.path, nil)
		a := httptest.NewRecorder()
		h.ServeHTTP(a, r)
		body := a.Body.String() + a.Header().Get("Content-Type")
		if a.Code != row.status || row.has != "fault" && !strings.Contains(body, row.has) || row.not != "" && strings.Contains(body, row.not) {
			t.Errorf("%s: %d, want %d with %q without %q: %.600s", row.name, a.Code, row.status, row.has, row.not, body)
		}
	}
}

// The description of the API names the streams and what they carry.
func TestStreamsAreDescribed(t *testing.T) {
	w := seed(t, dbtest.One(t), 1, 1, 1)
	who := w.officer
	a := httptest.NewRecorder()
	door(w.Service, &who).ServeHTTP(a, httptest.NewRequest(http.MethodGet, "http://localhost/api/v1/openapi.json", nil))
	for _, want := range []string{`"text/event-stream":{"schema":{"$ref":"#/components/schemas/BoardView"}}`, `"operationId":"watch-campaign"`} {
		if !strings.Contains(a.Body.String(), want) {
			t.Errorf("no %s", want)
		}
	}
}
