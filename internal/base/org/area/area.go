package area

import (
	"context"
	"fmt"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// Service is the desk of areas.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /units/{unit}/area", access.UnitEdit, s.pageForm),
		web.Page("POST /units/{unit}/area", access.UnitEdit, s.pageSit),
		web.Op("PUT /api/v1/units/{unit}/area", access.UnitEdit, "sit-unit", "Note in whose area a unit sits from a day on", s.apiSit),
	}
}

// Sit notes in whose area a unit sits from a civil day on; area zero ends it with the day
// before. Faults: Invalid for a day before the last change or an area at or below the unit,
// Denied, Missing.
func (s *Service) Sit(ctx context.Context, who access.Actor, unit, area id.ID, from string) error {
	err := s.DB.Queue(ctx, org.Queue, func(tx db.Tx) error {
		u, err := org.Find(ctx, tx, unit)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.UnitEdit, unit); err != nil {
			return err
		}
		if err := fits(ctx, tx, who, u, area, from); err != nil {
			return err
		}
		if err := put(ctx, tx, unit, area, from); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "unit.area", unit, unit, map[string]any{"area": area, "from": from}, "")
	})
	if err != nil {
		err = fmt.Errorf("sit: %w", err)
	}
	return err
}

func fits(ctx context.Context, tx db.Tx, who access.Actor, u org.Unit, area id.ID, from string) error {
	if day, err := text.ParseDate(from); err != nil || day != from {
		return fault.At("from", "web.not_date")
	}
	if !u.Open(from) {
		return fault.At("from", "org.not_open", "day", text.Date(from))
	}
	last, err := db.One(ctx, tx, db.Value[string], `select coalesce(max(valid_from), '') from org_area where unit = $1`, u.ID)
	if err != nil {
		return err
	}
	if last > from {
		return fault.At("from", "area.later", "day", text.Date(last))
	}
	if area == 0 {
		return nil
	}
	a, err := org.Find(ctx, tx, area)
	if err == nil {
		err = access.See(ctx, tx, who, access.UnitRead, area)
	}
	if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
		return fault.At("area", "area.unknown")
	}
	if err != nil {
		return err
	}
	if !a.Open(from) {
		return fault.At("area", "org.parent_closed", "name", a.Name)
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from org_below where top = $1 and unit = $2`, u.ID, area)
	if err == nil && n > 0 {
		err = fault.At("area", "area.itself")
	}
	return err
}

// put ends the stretch in force the day before and begins the new one.
func put(ctx context.Context, tx db.Tx, unit, area id.ID, from string) error {
	if _, err := tx.ExecContext(ctx, `delete from org_area where unit = $1 and valid_from = $2`, unit, from); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `update org_area set valid_to = $3 where unit = $1 and valid_from < $2 and (valid_to is null or valid_to >= $2)`,
		unit, from, clock.AddDays(from, -1))
	if err == nil && area != 0 {
		_, err = tx.ExecContext(ctx, `insert into org_area (unit, area, valid_from) values ($1, $2, $3)`, unit, area, from)
	}
	return err
}

// load is the unit of the path with the code of the area in which it sits.
func (s *Service) load(r *http.Request, who access.Actor) (u org.Unit, code string, err error) {
	unit, err := web.ID(r, "unit")
	if err != nil {
		return u, "", err
	}
	ctx := r.Context()
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if u, err = org.Find(ctx, tx, unit); err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.UnitEdit, unit); err != nil {
			return err
		}
		codes, err := db.All(ctx, tx, db.Value[string], `select a.code from org_area s join org_unit a on a.id = s.area
			where s.unit = $1 and s.valid_from <= $2 and (s.valid_to is null or s.valid_to >= $2)`, unit, s.Now.Day())
		if len(codes) > 0 {
			code = codes[0]
		}
		return err
	})
	return u, code, err
}

func (s *Service) pageForm(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	u, code, err := s.load(r, who)
	if err != nil {
		return err
	}
	return s.form(w, r, http.StatusOK, u, code, s.Now.Day(), nil)
}

func (s *Service) form(w http.ResponseWriter, r *http.Request, status int, u org.Unit, code, from string, errs ui.Errors) error {
	p := web.At(r, web.T(r, "area.title"), "unit", ui.Crumb{Text: web.T(r, "org.units"), Href: "/units"}, ui.Crumb{Text: u.Short, Href: "/units/" + u.ID.String()})
	return web.Render(w, r, status, formPage(p, u, []ui.Field{
		ui.Field{Name: "area", Label: p.T("area.area"), Hint: p.T("area.hint"), Value: code, Length: 40, Optional: true}.With(errs),
		ui.Field{Name: "from", Label: p.T("area.from"), Value: from}.With(errs),
	}, errs))
}

func (s *Service) pageSit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	u, _, err := s.load(r, who)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	code, from := f.Line("area", 0, 40), f.Date("from", true)
	if err = f.Err(); err == nil {
		var area id.ID
		if area, err = s.byCode(r.Context(), code); err == nil {
			err = s.Sit(r.Context(), who, u.ID, area, from)
		}
	}
	if fault.Of(err) == fault.Invalid {
		return s.form(w, r, http.StatusUnprocessableEntity, u, f.Raw("area"), f.Raw("from"), web.Errors(r, err))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/units/"+u.ID.String(), "area.saved")
}

// byCode is the unit of a code, zero for "". Fault: Invalid on field area.
func (s *Service) byCode(ctx context.Context, code string) (id.ID, error) {
	if code == "" {
		return 0, nil
	}
	var u org.Unit
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) { u, err = org.ByCode(ctx, tx, code); return err })
	if fault.Of(err) == fault.Missing {
		err = fault.At("area", "area.unknown")
	}
	return u.ID, err
}

func (s *Service) apiSit(ctx context.Context, who access.Actor, in *struct {
	Unit web.Ref `path:"unit"`
	Body struct {
		Area id.ID  `json:"area" doc:"empty ends it"`
		From string `json:"from" maxLength:"10" doc:"first day"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.Sit(ctx, who, in.Unit.ID, in.Body.Area, in.Body.From)
}
