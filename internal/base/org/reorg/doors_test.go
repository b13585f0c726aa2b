package reorg_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/area"
	"quantriet/internal/base/org/level"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

const (
	formMime = "application/x-www-form-urlencoded"
	jsonMime = "application/json"
)

// doors serves the rooms of the tree as whoever who points at.
func (w *world) doors(who *access.Actor) func(ask, mime, body string) *httptest.ResponseRecorder {
	site := &web.Site{Now: w.Now, WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil }, Name: func(*http.Request) (string, bool) { return "Thành phố mẫu", true }, Version: "test"}
	levels, areas := &level.Service{DB: w.DB, Now: w.Now}, &area.Service{DB: w.DB, Now: w.Now}
	h := site.Handler(slices.Concat(w.Routes(), w.units.Routes(), levels.Routes(), areas.Routes()), ui.Static())
	return func(ask, mime, body string) *httptest.ResponseRecorder {
		method, path, _ := strings.Cut(ask, " ")
		r := httptest.NewRequestWithContext(ctx, method, "http://localhost"+path, strings.NewReader(body))
		if body != "" {
			r.Header.Set("Content-Type", mime)
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		return rec
	}
}

func upload(name, body string) (mime, form string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("id", id.New().String())
	part, _ := m.CreateFormFile("file", name)
	_, _ = part.Write([]byte(body))
	_ = m.Close()
	return m.FormDataContentType(), b.String()
}

func TestDoors(t *testing.T) {
	w := small(t, dbtest.One(t), "2026-02-07")
	leader, far := w.actor(access.Leader, w.by["T"]), w.actor(access.Administrator, w.by["B"])
	draft := w.event("T", "2026-02-01", plan.Step{ID: id.New(), Kind: plan.Dissolve, Units: w.ids("A2"), Into: w.by["A1"]})
	_, err := w.Prepare(ctx, w.one, draft)
	wants(t, "a draft", err, ok, "")
	sent := w.event("T", "2026-02-01", plan.Step{ID: id.New(), Kind: plan.Move, Units: w.ids("B1"), Into: w.by["A"]})
	_, err = w.Prepare(ctx, w.one, sent)
	wants(t, "another", err, ok, "")
	_, err = w.Submit(ctx, w.one, sent.ID)
	wants(t, "submitted", err, ok, "")
	at, to, a1 := "/reorganisations/"+draft.ID.String(), "/reorganisations/"+sent.ID.String(), "/units/"+w.by["A1"].String()
	form := func(kv ...string) string {
		v := url.Values{"id": {id.New().String()}}
		for i := 0; i < len(kv); i += 2 {
			v.Set(kv[i], kv[i+1])
		}
		return v.Encode()
	}
	long := strings.Repeat("a", 400)
	mime, sheet := upload("x.csv", "Việc;Mã tổ chức;Mã nơi nhận\nGiải thể;C;A\n")
	bombMime, bomb := upload("x.xlsx", "PK\x03\x04 no workbook")
	var who access.Actor
	ask := w.doors(&who)
	for _, c := range []struct {
		say  string
		who  access.Actor
		ask  string
		mime string
		body string
		code int
		has  string
		not  string
	}{
		{"the list", w.one, "GET /reorganisations", "", "", 200, "Sắp xếp mẫu", ""},
		{"of one state", leader, "GET /reorganisations?state=submitted", "", "", 200, "Chờ người thứ hai", "Soạn sự kiện"},
		{"of a state that is none", w.one, "GET /reorganisations?state=%3Cx", "", "", 200, "", ""},
		{"a bad piece", w.one, "GET /reorganisations?after=%ff%00", "", "", 422, "", ""},
		{"from beside", far, "GET /reorganisations", "", "", 200, "Chưa có sự kiện", "Sắp xếp mẫu"},
		{"the form", w.one, "GET /reorganisations/new", "", "", 200, "Ngày có hiệu lực", ""},
		{"for a unit out of sight", far, "GET /reorganisations/new?unit=" + w.by["A"].String(), "", "", 200, "", `value="A"`},
		{"by who only reads", leader, "GET /reorganisations/new", "", "", 403, "", ""},
		{"made", w.one, "POST /reorganisations", formMime, form("title", "Sự kiện khác", "day", "07/03/2026", "unit", "t"), 303, "", ""},
		{"with a day that is none", w.one, "POST /reorganisations", formMime, form("title", "x", "day", "31/02/2026", "unit", "T"), 422, "Soạn sự kiện", ""},
		{"with a unit out of sight", far, "POST /reorganisations", formMime, form("title", "x", "day", "07/03/2026", "unit", "A"), 422, "Không có tổ chức", ""},
		{"with a title too long", w.one, "POST /reorganisations", formMime, form("title", long, "day", "07/03/2026", "unit", "T"), 422, "", ""},
		{"with no text", w.one, "POST /reorganisations", formMime, form("title", "a\x00", "day", "07/03/2026", "unit", "T"), 422, "", ""},
		{"of another's key", w.two, "POST /reorganisations", formMime, form("id", draft.ID.String(), "title", "x", "day", "07/03/2026", "unit", "T"), 409, "", ""},
		{"the draft", w.one, "GET " + at, "", "", 200, "Trình người thứ hai", ""},
		{"as another sees it", w.two, "GET " + at, "", "", 200, "Đang soạn", "Trình người thứ hai"},
		{"from beside it is not there", far, "GET " + at, "", "", 404, "", ""},
		{"a bad id", w.one, "GET /reorganisations/x", "", "", 404, "", ""},
		{"its head", w.one, "GET " + at + "/edit", "", "", 200, "Sắp xếp mẫu", ""},
		{"its head for another", w.two, "GET " + at + "/edit", "", "", 409, "", ""},
		{"a step's form", w.one, "GET " + at + "/step?kind=split", "", "", 200, "Đảng viên sinh từ năm", ""},
		{"of no kind", w.one, "GET " + at + "/step?kind=burn", "", "", 404, "", ""},
		{"a step", w.one, "POST " + at + "/step", formMime, form("kind", "rename", "units", "A1", "name", "Chi bộ tên mới"), 303, "", ""},
		{"of an unknown unit", w.one, "POST " + at + "/step", formMime, form("kind", "move", "units", "ZZ", "into", "A"), 422, "Không có tổ chức mang mã ZZ", ""},
		{"that lacks its receiver", w.one, "POST " + at + "/step", formMime, form("kind", "dissolve", "units", "A1"), 422, "", ""},
		{"with two receivers", w.one, "POST " + at + "/step", formMime, form("kind", "merge", "units", "A1", "into", "A2", "code", "X", "name", "x"), 422, "Chỉ chọn một", ""},
		{"without a key", w.one, "POST " + at + "/step", formMime, "kind=move&units=A1&into=B", 422, "", ""},
		{"by another", w.two, "POST " + at + "/step", formMime, form("kind", "move", "units", "A1", "into", "B"), 409, "", ""},
		{"too long", w.one, "POST " + at + "/step", formMime, form("kind", "rename", "units", "A1", "name", long), 422, "", ""},
		{"a step that is not there is dropped", w.one, "POST " + at + "/drop", formMime, form("step", id.New().String()), 404, "", ""},
		{"a sheet", w.one, "POST " + at + "/sheet", mime, sheet, 303, "", ""},
		{"a sheet that is none", w.one, "POST " + at + "/sheet", bombMime, bomb, 422, "", ""},
		{"no sheet", w.one, "POST " + at + "/sheet", formMime, form(), 422, "Hãy chọn tệp", ""},
		{"the sample", w.one, "GET /reorganisations/sample", "", "", 200, "PK", ""},
		{"no confirmation of a draft", w.two, "POST " + at + "/confirm", formMime, form("seal", "x"), 409, "", ""},
		{"confirmed by its maker", w.one, "POST " + to + "/confirm", formMime, form("seal", "x"), 403, "", ""},
		{"of another effect", w.two, "POST " + to + "/confirm", formMime, form("seal", "x"), 409, "Kết quả đã khác", ""},
		{"undone before", w.one, "POST " + to + "/undo", formMime, form("why", "x"), 409, "", ""},
		{"what is submitted", w.two, "GET " + to, "", "", 200, "Tổng số người trước và sau bằng nhau", ""},
		{"its maker sees a lock", w.one, "GET " + to, "", "", 200, "Người soạn không tự xác nhận", ""},
		{"given back", w.two, "POST " + to + "/rework", formMime, form("why", "sửa ngày"), 303, "", ""},
		{"cancelled", w.one, "POST " + to + "/cancel", formMime, form(), 303, "", ""},

		{"API: the list", leader, "GET /api/v1/reorganisations", "", "", 200, `"state":"cancelled"`, ""},
		{"API: one", w.two, "GET /api/v1" + at, "", "", 200, `"seal":"`, ""},
		{"API: from beside", far, "GET /api/v1" + at, "", "", 404, "", ""},
		{"API: prepare", w.one, "POST /api/v1/reorganisations", jsonMime, `{"unit":"` + w.by["T"].String() + `","title":"x","day":"2026-02-01","steps":[]}`, 200, `"fault":"reorg.no_steps"`, ""},
		{"API: a circle", w.one, "POST /api/v1/reorganisations", jsonMime, `{"unit":"` + w.by["T"].String() + `","title":"x","day":"2026-02-01","steps":[{"kind":"move","units":["` + w.by["A"].String() + `"],"into":"` + w.by["A1"].String() + `"}]}`, 200, `"fault":"reorg.cycle"`, ""},
		{"API: half a step", w.one, "POST /api/v1/reorganisations", jsonMime, `{"unit":"` + w.by["T"].String() + `","title":"x","day":"2026-02-01","steps":[{"kind":"move"}]}`, 422, "", ""},
		{"API: a step of no kind", w.one, "POST /api/v1/reorganisations", jsonMime, `{"unit":"` + w.by["T"].String() + `","title":"x","day":"2026-02-01","steps":[{"kind":"burn"}]}`, 422, "", ""},
		{"API: confirm", w.two, "POST /api/v1" + at + "/confirm", jsonMime, `{"seal":"x"}`, 409, "", ""},
		{"API: undo", w.two, "POST /api/v1" + at + "/undo", jsonMime, `{"why":"x"}`, 409, "", ""},

		{"levels", leader, "GET /levels", "", "", 200, "Quận ủy, huyện ủy", "Thêm cấp"},
		{"as the keeper", w.one, "GET /levels", "", "", 200, "Thêm cấp", ""},
		{"a level", w.one, "POST /levels", formMime, form("code", "cluster", "name", "Cụm thi đua mẫu", "name_en", "Cluster", "rank", "45", "from", "01/01/2026"), 303, "", ""},
		{"twice", w.one, "POST /levels", formMime, form("code", "cluster", "name", "Khác", "name_en", "Other", "rank", "45"), 422, "Mã cấp này đã có", ""},
		{"from beside", far, "POST /levels", formMime, form("code", "other", "name", "Khác", "name_en", "Other", "rank", "45"), 403, "", ""},
		{"a code of odd letters", w.one, "POST /levels", formMime, form("code", "Cụm", "name", "x", "name_en", "x", "rank", "45"), 422, "", ""},
		{"over while units have it", w.one, "POST /levels", formMime, form("known", "1", "code", "cell", "name", "Chi bộ", "name_en", "Cell", "rank", "60", "to", "01/01/2026"), 422, "Còn 3 tổ chức", ""},
		{"a rank that turns the tree over", w.one, "POST /levels", formMime, form("known", "1", "code", "cell", "name", "Chi bộ", "name_en", "Cell", "rank", "5"), 422, "nằm trên cấp trên", ""},
		{"a level that is not there", w.one, "GET /levels/zzz/edit", "", "", 404, "", ""},
		{"API: a level", w.one, "PUT /api/v1/levels/cluster", jsonMime, `{"name":"Cụm","name_en":"Cluster","rank":46}`, 200, `"rank":46`, ""},
		{"API: a bad level", w.one, "PUT /api/v1/levels/CLUSTER", jsonMime, `{"name":"Cụm","name_en":"Cluster","rank":46}`, 422, "", ""},

		{"an area's form", w.one, "GET " + a1 + "/area", "", "", 200, "Địa bàn", ""},
		{"an area", w.one, "POST /units/" + w.by["C"].String() + "/area", formMime, form("area", "B", "from", "01/02/2026"), 303, "", ""},
		{"is shown", w.one, "GET /units/" + w.by["B"].String(), "", "", 200, "Tổ chức đóng trên địa bàn", ""},
		{"before the last note", w.one, "POST /units/" + w.by["C"].String() + "/area", formMime, form("area", "A", "from", "01/01/2026"), 422, "hãy chọn ngày không sớm hơn", ""},
		{"in itself", w.one, "POST /units/" + w.by["A"].String() + "/area", formMime, form("area", "A1", "from", "01/02/2026"), 422, "chính mình", ""},
		{"an unknown area", w.one, "POST " + a1 + "/area", formMime, form("area", "ZZ", "from", "01/02/2026"), 422, "Không có tổ chức", ""},
		{"by who only reads", leader, "POST " + a1 + "/area", formMime, form("area", "B", "from", "01/02/2026"), 403, "", ""},
		{"from beside", far, "POST " + a1 + "/area", formMime, form("area", "B", "from", "01/02/2026"), 404, "", ""},
		{"API: an area ends", w.one, "PUT /api/v1/units/" + w.by["C"].String() + "/area", jsonMime, `{"area":"","from":"2026-02-05"}`, 200, "", ""},
	} {
		who = c.who
		rec := ask(c.ask, c.mime, c.body)
		if rec.Code != c.code || !strings.Contains(rec.Body.String(), c.has) || c.not != "" && strings.Contains(rec.Body.String(), c.not) {
			text := rec.Body.String()
			if i := strings.Index(text, "<main"); i > 0 {
				text = text[i:]
			}
			t.Errorf("%s: %d, want %d with %q: %.500s", c.say, rec.Code, c.code, c.has, text)
		}
	}
}

// Both doors lead an event from its draft to the day it is undone.
func TestBothDoors(t *testing.T) {
	w := small(t, dbtest.One(t), "2026-02-07")
	var who access.Actor
	ask := w.doors(&who)
	post := func(as access.Actor, path, body string) {
		t.Helper()
		who = as
		if rec := ask("POST "+path, formMime, body); rec.Code != 303 {
			t.Fatalf("%s: %d %.400s", path, rec.Code, rec.Body)
		}
	}
	e, step := id.New(), id.New()
	at := "/reorganisations/" + e.String()
	post(w.one, "/reorganisations", url.Values{"id": {e.String()}, "title": {"Sắp xếp mẫu"}, "day": {"2026-02-01"}, "unit": {"T"}}.Encode())
	for range 2 {
		post(w.one, at+"/step", url.Values{"id": {step.String()}, "kind": {"merge"}, "units": {"A1\na2"}, "code": {"N1"}, "name": {"Chi bộ mới mẫu"}, "new_level": {"cell"}}.Encode())
	}
	post(w.one, at+"/submit", "x=1")
	who = w.two
	rec := ask("GET /api/v1"+at, "", "")
	var v struct{ Seal string }
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil || v.Seal == "" {
		t.Fatal(err, rec.Body)
	}
	if rec := ask("POST /api/v1"+at+"/confirm", jsonMime, `{"seal":"`+v.Seal+`"}`); rec.Code != 200 || !strings.Contains(rec.Body.String(), `"state":"applied"`) {
		t.Fatal(rec.Code, rec.Body)
	}
	for page, has := range map[string]string{at: "Kết quả đã thực hiện", "/units/" + step.String(): "Tiền thân", "/units/" + w.by["A1"].String(): "Kế tục"} {
		if rec := ask("GET "+page, "", ""); rec.Code != 200 || !strings.Contains(rec.Body.String(), has) {
			t.Errorf("%s: %d", page, rec.Code)
		}
	}
	post(w.two, at+"/undo", "why=nh%E1%BA%A7m")
	if rec := ask("GET "+at, "", ""); !strings.Contains(rec.Body.String(), "Đã hoàn tác") {
		t.Error("undone")
	}
}
