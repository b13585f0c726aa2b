package device

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is every door of the package.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /me/devices", access.Signed, s.pageList),
		web.Page("POST /me/devices/end", access.Signed, s.pageEndOthers),
		web.Page("POST /me/devices/{device}/name", access.Signed, s.pageName),
		web.Page("POST /me/devices/{device}/end", access.Signed, s.pageEnd),
		web.Op("GET /api/v1/me/devices", access.Signed, "list-devices", "Browsers in which one signed in", s.apiList),
		web.Op("DELETE /api/v1/me/devices/{device}", access.Signed, "revoke-device", "Sign one of them out for good", s.apiEnd),
	}
}

type view struct {
	List   []Device
	Wrong  id.ID // whose new name was refused
	Errors ui.Errors
}

func (s *Service) show(w http.ResponseWriter, r *http.Request, who access.Actor, status int, v view) (err error) {
	if v.List, err = s.List(r.Context(), who, s.Here(r)); err != nil {
		return err
	}
	p := web.At(r, web.T(r, "device.devices"), "me", ui.Crumb{Text: web.T(r, "account.me"), Href: "/me"})
	return web.Render(w, r, status, listPage(p, v))
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.show(w, r, who, http.StatusOK, view{})
}

func (s *Service) pageName(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	device, err := web.ID(r, "device")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	name := f.Line("name", 0, maxName)
	if err = f.Err(); err == nil {
		err = s.Rename(r.Context(), who, device, name)
	}
	if err != nil && fault.Of(err) == fault.Invalid {
		return s.show(w, r, who, http.StatusUnprocessableEntity, view{Wrong: device, Errors: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/devices", "device.named")
}

func (s *Service) pageEnd(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	device, err := web.ID(r, "device")
	if err != nil {
		return err
	}
	if err := s.End(r.Context(), who, device); err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/devices", "device.ended")
}

func (s *Service) pageEndOthers(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	if err := s.EndOthers(r.Context(), who, s.Here(r)); err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/devices", "device.ended_all")
}

// Devices is a list of browsers.
type Devices struct {
	Items []Device `json:"items"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, _ *web.Empty) (Devices, error) {
	list, err := s.List(ctx, who, 0)
	return Devices{list}, err
}

type ref struct {
	Device web.Ref `path:"device"`
}

func (s *Service) apiEnd(ctx context.Context, who access.Actor, in *ref) (web.Empty, error) {
	return web.Empty{}, s.End(ctx, who, in.Device.ID)
}
