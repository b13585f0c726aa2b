package measure

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

const columnsPath = "/campaigns/{campaign}/columns/{unit}"

func (s *Service) columnRoutes() []web.Route {
	return []web.Route{
		web.Page("GET "+columnsPath, access.ReportRead, s.pageColumns),
		web.Page("POST "+columnsPath, access.ReportAccept, s.pageAddColumn),
		web.Page("POST "+columnsPath+"/{column}/close", access.ReportAccept, s.pageCloseColumn),
		web.Op("GET /api/v1"+columnsPath, access.ReportRead, "list-columns", "Columns that a unit's reports have on order", s.apiColumns),
		web.Op("POST /api/v1"+columnsPath, access.ReportAccept, "add-column", "Order a column that those below declare", s.apiAddColumn),
		web.Op("POST /api/v1"+columnsPath+"/{column}/close", access.ReportAccept, "close-column", "Close a column; what was declared stays", s.apiCloseColumn),
	}
}

func columnsOf(of, unit id.ID) string {
	return "/campaigns/" + of.String() + "/columns/" + unit.String()
}

func reportOf(of, unit id.ID) string {
	return "/campaigns/" + of.String() + "/reports/" + unit.String()
}

func columnPath(r *http.Request) (of, unit id.ID, err error) {
	if of, err = web.ID(r, "campaign"); err != nil {
		return 0, 0, err
	}
	unit, err = web.ID(r, "unit")
	return of, unit, err
}

func (s *Service) pageColumns(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.columns(w, r, who, Column{}, nil)
}

// columns shows the page; of a refused form what was typed and why.
func (s *Service) columns(w http.ResponseWriter, r *http.Request, who access.Actor, typed Column, wrong error) error {
	of, unit, err := columnPath(r)
	if err != nil {
		return err
	}
	o, err := s.ColumnsOf(r.Context(), who, of, unit)
	if err != nil {
		return err
	}
	status, errs := http.StatusOK, ui.Errors(nil)
	if wrong != nil {
		status, errs = http.StatusUnprocessableEntity, web.Errors(r, wrong)
	}
	p := web.At(r, web.T(r, "measure.columns"), "report", ui.Crumb{Text: web.T(r, "report.list"), Href: "/reports"},
		ui.Crumb{Text: o.Campaign.Title + ", " + o.Unit.Name, Href: reportOf(of, unit)})
	return web.Render(w, r, status, columnsPage(p, o, typed, errs))
}

func (s *Service) pageAddColumn(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, unit, err := columnPath(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	c := Column{ID: f.ID("id", true), Campaign: of, Unit: unit, Name: f.Line("name", 1, longestName), Counted: f.Choice("counted", Kinds...), Summed: f.Has("summed")}
	if err = f.Err(); err == nil {
		_, err = s.AddColumn(r.Context(), who, c)
	}
	if fault.Of(err) == fault.Invalid {
		return s.columns(w, r, who, c, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, columnsOf(of, unit), "measure.column_added")
}

func (s *Service) pageCloseColumn(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, unit, err := columnPath(r)
	if err != nil {
		return err
	}
	column, err := web.ID(r, "column")
	if err != nil {
		return err
	}
	if err := s.CloseColumn(r.Context(), who, of, unit, column); err != nil {
		return err
	}
	return web.Redirect(w, r, columnsOf(of, unit), "measure.column_is_closed")
}

// ColumnPlace is a unit of a campaign in the path of an operation.
type ColumnPlace struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
}

func (s *Service) apiColumns(ctx context.Context, who access.Actor, in *ColumnPlace) (Ordered, error) {
	return s.ColumnsOf(ctx, who, in.Campaign.ID, in.Unit.ID)
}

func (s *Service) apiAddColumn(ctx context.Context, who access.Actor, in *struct {
	ColumnPlace
	Body struct {
		ID      id.ID  `json:"id" doc:"made by the sender: sending it twice answers once"`
		Name    string `json:"name" maxLength:"80"`
		Counted string `json:"counted" enum:"meeting,person,head"`
		Summed  bool   `json:"summed,omitempty" doc:"what those below declared is added up"`
	}
}) (Column, error) {
	b := in.Body
	return s.AddColumn(ctx, who, Column{ID: b.ID, Campaign: in.Campaign.ID, Unit: in.Unit.ID, Name: b.Name, Counted: b.Counted, Summed: b.Summed})
}

func (s *Service) apiCloseColumn(ctx context.Context, who access.Actor, in *struct {
	ColumnPlace
	Column web.Ref `path:"column"`
}) (Ordered, error) {
	if err := s.CloseColumn(ctx, who, in.Campaign.ID, in.Unit.ID, in.Column.ID); err != nil {
		return Ordered{}, err
	}
	return s.ColumnsOf(ctx, who, in.Campaign.ID, in.Unit.ID)
}

// kinds are what a column may count, to choose from.
func kinds(p ui.Page) (out []ui.Option) {
	for _, k := range Kinds {
		out = append(out, ui.Option{Value: k, Text: p.T("measure.kind." + k)})
	}
	return out
}
