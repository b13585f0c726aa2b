package likeness

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

func (w *world) doors(who *access.Actor) http.Handler {
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil },
		Name: func(*http.Request) (string, bool) { return "Thành ủy mẫu", true }}
	return site.Handler(w.Routes(), ui.Static())
}

func ask(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Content-Type", "application/json")
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// story hands in essays that share in every way there is.
func (w *world) story(t testing.TB) (first, edited id.ID) {
	t.Helper()
	viral, own := prose(1, 90), prose(2, 160)
	words := strings.Fields(own)
	for i := 5; i < len(words); i += 11 {
		words[i] = "nhiều"
	}
	first = w.hand(t, 0, prose(20, 120)+"\n"+own+"\n"+viral)
	edited = w.hand(t, 1, question+"\n"+strings.Join(words[90:], " ")+" "+prose(21, 40)+" "+strings.Join(words[:90], " ")+"\n"+prose(22, 90))
	for i := 2; i < 8; i++ {
		w.hand(t, i, prose(uint64(100+i), 150)+"\n"+viral+"\n"+prose(uint64(200+i), 70))
	}
	w.hand(t, 8, own+" "+viral)
	w.hand(t, 9, "Đồng\u200b chí bí thư chi bộ có tinh thần trách nhiệm саo. "+prose(300, 60))
	w.work(t)
	return first, edited
}

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t), 12)
	first, edited := w.story(t)
	var who access.Actor
	h := w.doors(&who)
	l, err := w.Worklist(t.Context(), w.officer, w.campaign)
	if err != nil || len(l.Open) == 0 {
		t.Fatal(l, err)
	}
	form := func(kv ...string) string {
		v := url.Values{"id": {id.New().String()}}
		for i := 0; i < len(kv); i += 2 {
			v.Set(kv[i], kv[i+1])
		}
		return v.Encode()
	}
	list, essay := home(w.campaign), show(edited)
	member, own := w.author(1), w.eastern
	own.Person = member.Person
	for _, c := range []struct {
		name   string
		who    access.Actor
		method string
		path   string
		body   string
		status int
		has    string
		not    string
	}{
		{"the list", w.officer, "GET", list, "", 200, "Gần như giống hệt", "Đảng viên mẫu"},
		{"the list of one unit", w.western, "GET", list, "", 200, "Chi bộ mẫu Tây", "Chi bộ mẫu Đông"},
		{"filtered by nonsense", w.officer, "GET", list + "?level=x&state=y&unit=", "", 200, "", ""},
		{"by a unit that is none", w.officer, "GET", list + "?unit=abc", "", 404, "", ""},
		{"a cursor that is none", w.officer, "GET", list + "?after=%25", "", 422, "", ""},
		{"a campaign that is none", w.officer, "GET", "/campaigns/abc/likeness", "", 404, "", ""},
		{"the essay", w.officer, "GET", essay, "", 200, "âm tiết tự viết giống", "Đảng viên mẫu"},
		{"beside a source", w.officer, "GET", essay + "?source=" + first.String(), "", 200, "lk-moved", "Đảng viên mẫu"},
		{"without it", w.officer, "GET", essay + "?not=" + first.String(), "", 200, "Tính lại", ""},
		{"beside a source that is none", w.officer, "GET", essay + "?source=zzz", "", 404, "", ""},
		{"without too many", w.officer, "GET", essay + "?" + strings.Repeat("not="+first.String()+"&", 51), "", 422, "", ""},
		{"out of sight", w.western, "GET", essay, "", 404, "", ""},
		{"the evidence", w.officer, "GET", essay + "/evidence", "", 200, "Mã băm", ""},
		{"a step that is none", w.officer, "POST", essay + "/talk", form("kind", "punish", "body", "x"), 422, "", ""},
		{"a step without words", w.officer, "POST", essay + "/talk", form("kind", "ask", "body", " "), 422, "", ""},
		{"a step that is not open", w.officer, "POST", essay + "/talk", form("kind", "uphold", "body", "x"), 409, "", ""},
		{"a step by a reader", w.inspector, "POST", essay + "/talk", form("kind", "ask", "body", "x"), 403, "", ""},
		{"a step with letters that are none", w.officer, "POST", essay + "/talk", "id=%ff", 422, "", ""},
		{"a step without a key", w.officer, "POST", essay + "/talk", "kind=ask&body=x", 422, "", ""},
		{"before the author is asked", member, "GET", "/my" + essay, "", 404, "", ""},
		{"asked", w.officer, "POST", essay + "/talk", form("kind", "ask", "body", "Mời đồng chí cho ý kiến."), 303, "", ""},
		{"the author reads it", member, "GET", "/my" + essay, "", 200, "Mời đồng chí cho ý kiến.", "Bài 1"},
		{"another member does not", w.author(3), "GET", "/my" + essay, "", 404, "", ""},
		{"an empty reply", member, "POST", "/my" + essay, form("body", ""), 422, "", ""},
		{"a reply too long", member, "POST", "/my" + essay, form("body", strings.Repeat("a", noteMax+1)), 422, "", ""},
		{"a reply", member, "POST", "/my" + essay, form("body", "Chúng tôi cùng soạn."), 303, "", ""},
		{"the reply without its author's name", w.officer, "GET", essay, "", 200, "Chúng tôi cùng soạn.", "Đảng viên mẫu"},
		{"nor by API", w.officer, "GET", "/api/v1" + essay, "", 200, "Chúng tôi cùng soạn.", "Đảng viên mẫu"},
		{"the author as a reader of the own essay", own, "GET", essay, "", 403, "", ""},
		{"who explains it away", own, "POST", essay + "/talk", form("kind", "explain", "body", "x"), 403, "", ""},
		{"also by API", own, "POST", "/api/v1" + essay + "/talk", fmt.Sprintf(`{"id":%q,"kind":"explain","body":"x"}`, id.New()), 403, "", ""},
		{"a check of nothing", member, "POST", "/my/essays/" + edited.String() + "/check", "", 200, "Chưa có gì", ""},
		{"a name without a reason", w.officer, "POST", essay + "/name", "why=", 422, "", ""},
		{"a name by a secretary", w.inEast, "POST", essay + "/name", "why=x", 403, "", ""},
		{"a name", w.officer, "POST", essay + "/name", "why=trao+%C4%91%E1%BB%95i", 303, "", ""},
		{"is shown", w.officer, "GET", essay, "", 200, "Đảng viên mẫu 001", ""},
		{"shared passages", w.officer, "GET", list + "/shared", "", 200, "bài có đoạn này", ""},
		{"decided by a unit", w.eastern, "POST", list + "/shared/" + l.Open[0].ID.String(), form("kind", "common"), 403, "", ""},
		{"decided as nonsense", w.officer, "POST", list + "/shared/" + l.Open[0].ID.String(), form("kind", "x"), 422, "", ""},
		{"a passage that is none", w.officer, "POST", list + "/shared/" + id.New().String(), form("kind", "common"), 404, "", ""},
		{"decided", w.officer, "POST", list + "/shared/" + l.Open[0].ID.String(), form("kind", "apart"), 303, "", ""},
		{"decided again", w.officer, "POST", list + "/shared/" + l.Open[0].ID.String(), form("kind", "common"), 409, "", ""},
		{"undone what is none", w.officer, "POST", list + "/decisions/" + id.New().String() + "/undo", "", 404, "", ""},
		{"families", w.officer, "GET", list + "/families", "", 200, "bài gần như nhau", ""},
		{"references", w.officer, "GET", list + "/references", "", 200, "Bài thu hoạch mẫu", ""},
		{"a reference without a text", w.officer, "POST", list + "/references", form("name", "x", "category", "material"), 422, "quá ngắn", ""},
		{"a reference of a forbidden kind", w.officer, "POST", list + "/references", form("name", "x", "category", "question", "body", prose(1, 50)), 422, "", ""},
		{"a reference", w.officer, "POST", list + "/references", form("name", "Đề cương mẫu", "category", "material", "body", prose(1, 50)), 303, "", ""},
		{"by API", w.officer, "GET", "/api/v1" + list + "?level=all&limit=2", "", 200, `"next"`, "Đảng viên mẫu"},
		{"a level that is none, by API", w.officer, "GET", "/api/v1" + list + "?level=x", "", 422, "", ""},
		{"an essay by API", w.officer, "GET", "/api/v1" + essay, "", 200, `"copied"`, ""},
		{"an essay out of sight by API", w.western, "GET", "/api/v1" + essay, "", 404, "", ""},
		{"shared by API", w.officer, "GET", "/api/v1" + list + "/shared", "", 200, `"decisions"`, ""},
		{"families by API", w.officer, "GET", "/api/v1" + list + "/families", "", 200, `"days"`, ""},
		{"references by API", w.officer, "GET", "/api/v1" + list + "/references", "", 200, `"question"`, ""},
		{"a reference by API with nothing", w.officer, "POST", "/api/v1" + list + "/references", "{}", 422, "", ""},
		{"without a key", w.officer, "POST", "/api/v1" + list + "/references", fmt.Sprintf(`{"id":"","category":"material","name":"x","body":%q}`, prose(8, 60)), 422, "", ""},
		{"a decision without a key", w.officer, "POST", "/api/v1" + list + "/shared/" + l.Open[0].ID.String(), `{"id":"","kind":"common"}`, 422, "", ""},
		{"a reference by API", w.officer, "POST", "/api/v1" + list + "/references", fmt.Sprintf(`{"id":%q,"category":"material","name":"x","body":%q}`, id.New(), prose(8, 60)), 200, "", ""},
		{"a step by API", w.officer, "POST", "/api/v1" + essay + "/talk", fmt.Sprintf(`{"id":%q,"kind":"explain","body":"Cùng soạn."}`, id.New()), 200, `"explained"`, ""},
		{"decided by API as nobody's", w.officer, "POST", "/api/v1" + list + "/shared/" + id.New().String(), fmt.Sprintf(`{"id":%q,"kind":"common"}`, id.New()), 404, "", ""},
	} {
		who = c.who
		rec := ask(h, c.method, c.path, c.body)
		if rec.Code != c.status || !strings.Contains(rec.Body.String(), c.has) || c.not != "" && strings.Contains(rec.Body.String(), c.not) {
			t.Errorf("%s: %d, want %d with %q without %q: %.600s", c.name, rec.Code, c.status, c.has, c.not, rec.Body)
		}
	}
}

// TestServe keeps the pages open for pictures when LIKENESS_SERVE names an address.
func TestServe(t *testing.T) {
	addr := os.Getenv("LIKENESS_SERVE")
	if addr == "" {
		t.Skip("set LIKENESS_SERVE to an address to look at the pages")
	}
	w := seed(t, dbtest.One(t), 12)
	first, edited := w.story(t)
	who := w.officer
	fmt.Println(home(w.campaign), show(first), show(edited))
	if err := w.Step(t.Context(), w.officer, edited, Note{ID: id.New(), Kind: "ask", Body: "Mời đồng chí cho biết vì sao hai bài có phần giống nhau."}); err != nil {
		t.Fatal(err)
	}
	who.Person = w.people[1].ID
	srv := &http.Server{Addr: addr, Handler: w.doors(&who)}
	fmt.Println(srv.ListenAndServe())
}
