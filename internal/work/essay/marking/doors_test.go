package marking

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
	"quantriet/internal/work/essay/essaytest"
)

func knock(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestDoors(t *testing.T) {
	w := essaytest.New(t, dbtest.One(t))
	s := &Service{Service: w.Service}
	task := w.Task(t, func(t *essay.Task) { t.Grouped = true })
	author := w.Member(w.A, 1)
	var who access.Actor
	h := w.Door(append(w.Service.Routes(), s.Routes()...), &who)
	me, tp, of, v := "/me/essays/"+task.ID.String(), essay.Path(task.ID), id.New().String(), id.New().String()
	paper, mark := "/essays/"+of, id.New().String()
	words := "answer=" + strings.ReplaceAll(long, " ", "+") + "&answer=%C4%90%E1%BB%81+xu%E1%BA%A5t+<b>m%E1%BB%99t</b>+vi%E1%BB%87c"
	for _, c := range []struct {
		name         string
		who          access.Actor
		method, path string
		body         string
		status       int
		has, not     string
	}{
		{"the list of tasks", w.Unit, "GET", "/campaigns/" + w.Campaign.String() + "/essays", "", 200, "Bài thu hoạch mẫu", ""},
		{"every task in sight", w.Leader, "GET", "/essays?q=bai+thu", "", 200, "Bài thu hoạch mẫu", ""},
		{"a search that is too long", w.Leader, "GET", "/essays?q=" + strings.Repeat("a", 101), "", 422, "", ""},
		{"a new task", w.Officer, "GET", "/campaigns/" + w.Campaign.String() + "/essays/new?from=scenario_office", "", 200, "sắp xếp tổ chức", ""},
		{"a task without words", w.Officer, "POST", "/campaigns/" + w.Campaign.String() + "/essays", "id=" + id.New().String() + "&unit=" + w.Top.String() + "&kind=essay&title=abc", 422, "mục cần sửa", "panic"},
		{"a task of a stranger's campaign", w.Officer, "GET", "/campaigns/" + id.New().String() + "/essays/new", "", 404, "", ""},
		{"a task", w.Unit, "GET", tp, "", 200, "Nắm vững", "/edit"},
		{"its form", w.Officer, "GET", tp + "/edit", "", 200, "Viết theo hai câu hỏi", ""},
		{"own list", author, "GET", "/me/essays", "", 200, "Bài thu hoạch mẫu", ""},
		{"nothing to write", w.Leader, "GET", "/me/essays", "", 403, "", ""},
		{"the desk", author, "GET", me, "", 200, "Nội dung tâm đắc?", "Nêu đủ ba ý"},
		{"no receipt yet", author, "GET", me + "/receipt", "", 404, "", ""},
		{"too short is refused and kept", author, "POST", me + "/hand-in", "essay=" + of + "&version=" + v + "&base=0&tab=t&step=1&answer=ng%E1%BA%AFn", 422, "cần ít nhất 5", ""},
		{"kept", author, "GET", me, "", 200, ">ngắn<", ""},
		{"another window", author, "POST", me + "/draft", "essay=" + of + "&base=0&tab=u&step=1&answer=kh%C3%A1c", 409, "Chưa bản nào bị mất", ""},
		{"NUL bytes", author, "POST", me + "/draft", "essay=" + of + "&base=1&tab=u&step=1&answer=%00", 422, "", ""},
		{"no number", author, "POST", me + "/draft", "essay=x&base=y", 422, "", ""},
		{"handed in", author, "POST", me + "/hand-in", "essay=" + of + "&version=" + v + "&base=1&tab=w&step=1&" + words, 303, "", ""},
		{"handed in twice", author, "POST", me + "/hand-in", "essay=" + of + "&version=" + v + "&base=1&tab=w&step=1&" + words, 303, "", ""},
		{"the receipt", author, "GET", me + "/receipt", "", 200, "Số biên nhận", ""},
		{"the queue", w.Secretary, "GET", tp + "/queue", "", 200, "chờ chấm", "Đảng viên mẫu 002"},
		{"an unknown way of looking", w.Secretary, "GET", tp + "/queue?show=x", "", 404, "", ""},
		{"the essay, its text escaped, its author hidden", w.Secretary, "GET", paper, "", 200, "&lt;b&gt;", "Đảng viên mẫu 002"},
		{"the essay of another cell", w.SecretaryOf, "GET", paper, "", 404, "", ""},
		{"the author at the marker's door", author, "GET", paper, "", 403, "", ""},
		{"a remark", w.Secretary, "POST", paper + "/comments", "id=" + id.New().String() + "&at=0&quote=nh%E1%BA%ADn+th%E1%BB%A9c&text=T%E1%BB%91t", 303, "", ""},
		{"a remark on nothing", w.Secretary, "POST", paper + "/comments", "id=" + id.New().String() + "&quote=kh%C3%B4ng+c%C3%B3&text=T%E1%BB%91t", 422, "chép đúng nguyên văn", ""},
		{"points that are none", w.Secretary, "POST", paper + "/mark", "id=" + mark + "&version=" + v + "&score_1=x&score_2=3", 422, "chữ số sau dấu phẩy", ""},
		{"a missing line", w.Secretary, "POST", paper + "/mark", "id=" + mark + "&version=" + v + "&score_1=3", 422, "chưa cho điểm", ""},
		{"a return without a reason", w.Secretary, "POST", paper + "/return", "id=" + id.New().String() + "&why=&due=2018-07-09T08:00", 422, "", ""},
		{"a return into the past", w.Secretary, "POST", paper + "/return", "id=" + id.New().String() + "&why=vi%E1%BA%BFt+l%E1%BA%A1i&due=2001-07-09T08:00", 422, "", ""},
		{"the mark", w.Secretary, "POST", paper + "/mark", "id=" + mark + "&version=" + v + "&score_1=4%2C5&score_2=3&remark=T%E1%BB%91t", 303, "", ""},
		{"the mark sent twice", w.Secretary, "POST", paper + "/mark", "id=" + mark + "&version=" + v + "&score_1=4%2C5&score_2=3&remark=T%E1%BB%91t", 303, "", ""},
		{"now the author is known", w.Secretary, "GET", paper, "", 200, "Đảng viên mẫu 002", ""},
		{"as a Word file", w.Secretary, "GET", paper + "/docx", "", 200, "", ""},
		{"totals", w.Leader, "GET", tp + "/totals", "", 200, "Đảng bộ xã Đông", ""},
		{"totals of the neighbour", w.Other, "GET", tp + "/totals?unit=" + w.East.String(), "", 404, "", ""},
		{"a list for a sheet", w.Officer, "GET", tp + "/results.csv", "", 200, "7,5", ""},
		{"contributions", w.Leader, "GET", tp + "/contributions", "", 200, "Đề xuất", "Đảng viên mẫu 002"},
		{"a pick", w.Officer, "POST", tp + "/contributions", "version=" + v + "&ord=2&on=1&note=M%E1%BB%A5c+II", 303, "", ""},
		{"a pick of nothing", w.Officer, "POST", tp + "/contributions", "version=" + v + "&ord=99&on=1", 422, "", ""},
		{"the result before it is out", author, "GET", me + "/result", "", 404, "", ""},
		{"results are let out by those who set the task", w.Unit, "POST", tp + "/release", "", 403, "", ""},
		{"results are out", w.Officer, "POST", tp + "/release", "", 303, "", ""},
		{"the result", author, "GET", me + "/result", "", 200, "7,5", "Cán bộ mẫu"},
		{"an empty word on it", author, "POST", me + "/replies", "id=" + id.New().String() + "&text=", 422, "Xin ghi mục này.", ""},
		{"a word on it", author, "POST", me + "/replies", "id=" + id.New().String() + "&text=C%E1%BA%A3m+%C6%A1n", 303, "", ""},
		{"the API tells the same", w.Leader, "GET", "/api/v1/essay-tasks/" + task.ID.String() + "/totals", "", 200, `"passed":1`, ""},
		{"the API takes a draft", w.Member(w.B, 1), "PUT", "/api/v1/me/essays/" + task.ID.String() + "/draft", `{"essay":"` + id.New().String() + `","base":0,"tab":"t","step":1,"answers":["a","b"]}`, 200, `"verdict":"keep"`, ""},
		{"the API refuses rubbish", w.Member(w.B, 1), "PUT", "/api/v1/me/essays/" + task.ID.String() + "/draft", `{"essay":"x"}`, 422, "", ""},
		{"deleted by those who may not", w.Secretary, "POST", paper + "/delete", "why=abc", 403, "", ""},
		{"deleted", w.Officer, "POST", paper + "/delete", "why=theo+y%C3%AAu+c%E1%BA%A7u", 303, "", ""},
		{"nothing is left to see", w.Secretary, "GET", paper, "", 404, "", ""},
	} {
		who = c.who
		r := knock(h, c.method, c.path, c.body)
		page := r.Body.String()
		if r.Code != c.status || !strings.Contains(page, c.has) || c.not != "" && strings.Contains(page, c.not) {
			t.Errorf("%s: %d, want %d with %q without %q\n%.600s", c.name, r.Code, c.status, c.has, c.not, page[max(0, strings.Index(page, "<main")):])
		}
	}
}

// What a file is called, and what it says of who made it, is hidden as the author is.
func TestFilesHideTheAuthor(t *testing.T) {
	w := essaytest.New(t, dbtest.One(t))
	s := &Service{Service: w.Service}
	task := w.Task(t, nil)
	author := w.Member(w.A, 1)
	of, doc := id.New(), id.New()
	if _, err := w.Attach(ctx, author, task.ID, of, essay.Upload{ID: doc, Name: "Dang vien mau 002.txt"}, strings.NewReader(long)); err != nil {
		t.Fatal(err)
	}
	v, err := s.HandIn(ctx, author, task.ID, of, id.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	who := w.Secretary
	h := w.Door(append(w.Service.Routes(), s.Routes()...), &who)
	paper := "/essays/" + of.String()
	for _, path := range []string{paper, "/api/v1" + paper} {
		if r := knock(h, "GET", path, ""); r.Code != 200 || strings.Contains(r.Body.String(), "Dang vien mau 002") {
			t.Errorf("%s: %d tells the name of the file", path, r.Code)
		}
	}
	if r := knock(h, "GET", paper+"/files/"+doc.String(), ""); r.Code != 404 {
		t.Errorf("the document before the mark: %d", r.Code)
	}
	if err := give(s, w.Secretary, of, v.ID, 40, 30); err != nil {
		t.Fatal(err)
	}
	if r := knock(h, "GET", paper+"/files/"+doc.String(), ""); r.Code != 200 || !strings.Contains(r.Header().Get("Content-Disposition"), "Dang%20vien") {
		t.Errorf("the document after it: %d %v", r.Code, r.Header())
	}
	if r := knock(h, "GET", paper, ""); r.Code != 200 || !strings.Contains(r.Body.String(), "Dang vien mau 002") {
		t.Errorf("its name after the mark: %d", r.Code)
	}
	looked := func() int64 {
		var n int64
		if err := w.D.Read(ctx, func(tx db.Tx) (err error) {
			n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from audit_look where purpose = 'essay.names' and id in (select look from audit_looked where person = $1)`, author.Person)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if looked() != 1 {
		t.Errorf("the author hears of %d looks", looked())
	}
	if r := knock(h, "GET", "/essay-tasks/"+task.ID.String()+"/queue?show=marked", ""); r.Code != 200 || looked() != 2 {
		t.Errorf("the queue with names: %d, %d looks", r.Code, looked())
	}
}

// The log of deeds names authors and speaks of the task: no line of theirs leads to an essay.
func TestLogLiftsNoVeil(t *testing.T) {
	w := essaytest.New(t, dbtest.One(t))
	task := w.Task(t, func(t *essay.Task) { t.Grouped = true })
	author := w.Member(w.A, 1)
	of, v := w.HandsIn(t, author, task.ID, long)
	if err := w.Group(ctx, author, task.ID, of, w.People[w.A][2:3]); err != nil {
		t.Fatal(err)
	}
	if err := w.Leave(ctx, w.Member(w.A, 2), task.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.D.Read(ctx, func(tx db.Tx) error {
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from audit_entry where account in ($1, $2) and (subject = $3 or detail like $4 or detail like $5)`,
			author.Account, w.Member(w.A, 2).Account, of, "%"+of.String()+"%", "%"+v.String()+"%")
		if err == nil && n > 0 {
			t.Errorf("%d lines join an author with an essay", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// Model answers are for those who set or mark, also where the task comes along with totals.
func TestModelAnswersAreForMarkers(t *testing.T) {
	w := essaytest.New(t, dbtest.One(t))
	s := &Service{Service: w.Service}
	task := w.Task(t, nil)
	var who access.Actor
	h := w.Door(append(w.Service.Routes(), s.Routes()...), &who)
	for _, path := range []string{"", "/totals", "/contributions"} {
		for _, c := range []struct {
			who  access.Actor
			told bool
		}{{w.Leader, false}, {w.Unit, true}} {
			who = c.who
			r := knock(h, "GET", "/api/v1/essay-tasks/"+task.ID.String()+path, "")
			if r.Code != 200 || strings.Contains(r.Body.String(), "Nêu đủ ba ý") != c.told {
				t.Errorf("%q to %s: %d %.300s", path, c.who.Name, r.Code, r.Body)
			}
		}
	}
}
