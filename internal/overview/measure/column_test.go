package measure

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// A unit orders columns for itself and those below it; a form sent twice makes one; what is
// closed stays.
func TestColumns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := seed(t, d), context.Background()
		top, mid := as(access.Officer, city), as(access.UnitOfficer, base)
		first := Column{ID: id.New(), Campaign: camp, Unit: city, Name: " Buổi  đối thoại ", Counted: "meeting", Summed: true}
		add := func(who access.Actor, c Column) string {
			if c.ID == 0 {
				c.ID = id.New()
			}
			c.Campaign = camp
			_, err := s.AddColumn(ctx, who, c)
			return said(err)
		}
		for _, c := range []struct{ what, got, want string }{
			{"the first", add(top, first), ""},
			{"the same form again", add(top, first), ""},
			{"the same form by a colleague", add(as(access.Officer, city), first), "measure.id_taken"},
			{"the same name", add(top, Column{Unit: city, Name: "buổi đối thoại", Counted: "head"}), "measure.column_twice"},
			{"of one below", add(mid, Column{Unit: base, Name: "Lượt xem", Counted: "head"}), ""},
			{"of a cell", add(as(access.Officer, cell1), Column{Unit: cell1, Name: "x", Counted: "head"}), "measure.orders_none"},
			{"by one below", add(mid, Column{Unit: city, Name: "x", Counted: "head"}), "fault.missing"},
			{"by a reader", add(as(access.Leader, city), Column{Unit: city, Name: "x", Counted: "head"}), "access.denied"},
			{"by a secretary", add(as(access.Secretary, base), Column{Unit: base, Name: "x", Counted: "head"}), "access.denied"},
			{"outside the tree", add(as(access.Officer, strange), Column{Unit: strange, Name: "x", Counted: "head"}), "fault.missing"},
			{"without a name", add(top, Column{Unit: city, Name: " ", Counted: "head"}), "web.required"},
			{"with half a letter", add(top, Column{Unit: city, Name: "a\xff", Counted: "head"}), "web.not_text"},
			{"with a name too long", add(top, Column{Unit: city, Name: strings.Repeat("đ", 81), Counted: "head"}), "web.too_long"},
			{"counted in what nobody counts", add(top, Column{Unit: city, Name: "x", Counted: "percent"}), "web.choose"},
		} {
			if c.got != c.want {
				t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
			}
		}
		for unit, n := range map[id.ID]int{city: 1, base: 2, cell1: 2, cell2: 2} {
			o, err := s.ColumnsOf(ctx, top, camp, unit)
			if err != nil || len(o.Columns) != n || o.Columns[0].Name != "Buổi đối thoại" || o.MayEdit != (unit == city || unit == base) {
				t.Errorf("unit %d: %+v %v", int64(unit), o, err)
			}
		}
		if err := s.CloseColumn(ctx, mid, camp, base, first.ID); fault.Of(err) != fault.Missing {
			t.Error("one below closes what it did not order:", err)
		}
		for range 2 {
			if err := s.CloseColumn(ctx, top, camp, city, first.ID); err != nil {
				t.Error(err)
			}
		}
		o, err := s.ColumnsOf(ctx, as(access.Leader, cell1), camp, cell1)
		if err != nil || o.Columns[0].Closed != s.Now.Ms() || o.MayEdit {
			t.Errorf("closed: %+v %v", o, err)
		}
		for i := 1; i < mostColumns; i++ {
			if got := add(top, Column{Unit: city, Name: fmt.Sprint("Cột ", i), Counted: "head"}); got != "" {
				t.Error(i, got)
			}
		}
		if got := add(top, Column{Unit: city, Name: "x", Counted: "head"}); got != "measure.columns_full" {
			t.Error("a thirteenth:", got)
		}
		d.Write(ctx, func(tx db.Tx) error {
			_, err := db.Exec(ctx, tx, `update campaign set state = 'closed'`)
			return err
		})
		if got := add(mid, Column{Unit: base, Name: "y", Counted: "head"}); got != "measure.campaign_not_open" {
			t.Error("of a closed campaign:", got)
		}
	})
}

// said is the key of a fault, "" for none.
func said(err error) string {
	if err == nil {
		return ""
	}
	return fault.Key(err)
}

func TestColumnDoors(t *testing.T) {
	s := seed(t, dbtest.One(t))
	who := as(access.Officer, city)
	h := house(s, &who)
	page, form := columnsOf(camp, city), "id="+id.New().String()+"&name=Bu%E1%BB%95i+h%E1%BB%8Dc&counted=meeting&summed=1"
	made, closing := id.New().String(), "/close"
	for _, c := range []struct {
		what   string
		role   access.Role
		unit   id.ID
		method string
		path   string
		body   string
		status int
		has    string
	}{
		{"empty", access.Officer, city, "GET", page, "", 200, "Chưa có cột riêng nào"},
		{"added", access.Officer, city, "POST", page, form, 303, ""},
		{"listed", access.Officer, city, "GET", page, "", 200, "Buổi học"},
		{"without a name", access.Officer, city, "POST", page, "id=" + made + "&name=&counted=head", 422, "Xin ghi mục này"},
		{"without an id", access.Officer, city, "POST", page, "name=x&counted=head", 422, ""},
		{"counted wrongly", access.Officer, city, "POST", page, "id=" + made + "&name=x&counted=percent", 422, ""},
		{"with NUL", access.Officer, city, "POST", page, "id=" + made + "&name=a%00b&counted=head", 422, ""},
		{"with half a letter", access.Officer, city, "POST", page, "id=" + made + "&name=a%ff&counted=head", 422, ""},
		{"of no campaign", access.Officer, city, "GET", "/campaigns/x/columns/" + city.String(), "", 404, ""},
		{"of a unit outside", access.Officer, city, "GET", columnsOf(camp, strange), "", 404, ""},
		{"for a stranger", access.Officer, strange, "GET", page, "", 404, ""},
		{"by a reader", access.Leader, city, "POST", page, form, 403, ""},
		{"for a reader without a form", access.Leader, cell1, "GET", columnsOf(camp, cell1), "", 200, "Buổi học"},
		{"added by API", access.Officer, city, "POST", "/api/v1" + page, `{"id":"` + made + `","name":"Lượt xem","counted":"head"}`, 200, `"summed":false`},
		{"of a cell by API", access.Officer, cell1, "POST", "/api/v1" + columnsOf(camp, cell1), `{"id":"` + made + `","name":"Lượt xem","counted":"head"}`, 409, ""},
		{"without an id by API", access.Officer, city, "POST", "/api/v1" + page, `{"name":"y","counted":"head"}`, 422, ""},
		{"with an empty id by API", access.Officer, city, "POST", "/api/v1" + page, `{"id":"","name":"y","counted":"head"}`, 422, ""},
		{"closed", access.Officer, city, "POST", page + "/" + made + closing, "", 303, ""},
		{"closed by API", access.Officer, city, "POST", "/api/v1" + page + "/" + made + closing, "", 200, `"columns"`},
		{"one that is none", access.Officer, city, "POST", page + "/" + id.New().String() + closing, "", 404, ""},
		{"no id at all", access.Officer, city, "POST", page + "/x" + closing, "", 404, ""},
	} {
		who = as(c.role, c.unit)
		who.Account = 77
		r := httptest.NewRequest(c.method, "http://localhost"+c.path, strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(c.path, "/api/") {
			r.Header.Set("Content-Type", "application/json")
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != c.status || !strings.Contains(rec.Body.String(), c.has) {
			t.Errorf("%s: %d, want %d with %q: %.300s", c.what, rec.Code, c.status, c.has, rec.Body)
		}
	}
}
