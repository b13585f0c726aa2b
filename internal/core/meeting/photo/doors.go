package photo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	const page, api = "/meetings/{meeting}/photos", "/api/v1/meetings/{meeting}/photos"
	const one = "/{photo}"
	return []web.Route{
		web.Page("GET "+page, access.MeetingRead, s.pageList),
		web.Upload("POST "+page, access.MeetingRead, mostBytes+1<<20, s.pageAttach),
		web.Page("GET "+page+one, access.MeetingRead, s.pageShow),
		web.Page("GET "+page+one+"/picture", access.MeetingRead, s.pagePicture),
		web.Page("GET "+page+one+"/small", access.MeetingRead, s.pageSmall),
		web.Page("POST "+page+one+"/withdraw", access.MeetingRead, s.pageWithdraw),
		web.Op("GET "+api, access.MeetingRead, "list-photos", "Photographs and scanned minutes of a meeting, the newest first", s.apiList),
		web.OpUpload("PUT "+api+one, access.MeetingRead, mostBytes, "attach-photo", "Attach a photograph or scanned minutes: the bytes are the body, the id is yours to make", s.apiAttach),
		web.Op("GET "+api+one, access.MeetingRead, "show-photo", "One photograph, and what it repeats", s.apiShow),
		web.OpFile("GET "+api+one+"/picture", access.MeetingRead, "photo-picture", "What is kept of it, without what its camera wrote", s.apiPicture),
		web.Op("POST "+api+one+"/withdraw", access.MeetingRead, "withdraw-photo", "Take it back with a reason", s.apiWithdraw),
	}
}

func to(of id.ID) string { return "/meetings/" + of.String() + "/photos" }

func (p Photo) href() string { return to(p.Meeting) + "/" + p.ID.String() }

// frame is a page below its meeting.
func frame(r *http.Request, m meeting.Meeting, title string, more ...ui.Crumb) ui.Page {
	return web.At(r, title, "meeting", append([]ui.Crumb{{Text: web.T(r, "meeting.list"), Href: "/meetings"},
		{Text: m.Title, Href: "/meetings/" + m.ID.String()}}, more...)...)
}

// typed is a form that has to be shown again.
type typed struct {
	status             int
	kind, caption, why string
	site               id.ID
	errs               ui.Errors
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	return s.list(w, r, who, of, typed{status: http.StatusOK, kind: Kinds[0]})
}

func (s *Service) list(w http.ResponseWriter, r *http.Request, who access.Actor, of id.ID, t typed) error {
	a, err := s.List(r.Context(), who, of, db.Page{After: r.URL.Query().Get("after"), Limit: 24})
	if err != nil {
		return err
	}
	return web.Render(w, r, t.status, listPage(frame(r, a.Meeting, web.T(r, "photo.title")), a, t))
}

func (s *Service) pageAttach(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if fault.Key(err) == "web.too_large" {
		err = file.TooLarge(mostBytes)
		return s.list(w, r, who, of, typed{status: http.StatusUnprocessableEntity, kind: Kinds[0], errs: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	p := Photo{ID: f.ID("id", true), Meeting: of, Site: f.ID("site", false), Kind: f.Choice("kind", Kinds...), Caption: f.Line("caption", 0, captionMax)}
	up := f.File("file")
	if up == nil {
		f.Blame("file", "file.none")
	}
	if err = f.Err(); err == nil {
		err = s.take(r.Context(), who, p, up)
	}
	if k := fault.Of(err); k == fault.Invalid || k == fault.Conflict {
		status := http.StatusUnprocessableEntity
		if k == fault.Conflict {
			status = http.StatusConflict
		}
		return s.list(w, r, who, of, typed{status: status, kind: p.Kind, caption: p.Caption, site: p.Site, errs: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(of), "photo.attached")
}

func (s *Service) take(ctx context.Context, who access.Actor, p Photo, up *web.Sent) error {
	body, err := up.Open()
	if err != nil {
		return fmt.Errorf("open upload: %w", err)
	}
	defer body.Close()
	_, err = s.Attach(ctx, who, p, up.Filename, body)
	return err
}

// two are the meeting and the photograph of a path.
func two(r *http.Request) (of, photo id.ID, err error) {
	if of, err = web.ID(r, "meeting"); err == nil {
		photo, err = web.ID(r, "photo")
	}
	return of, photo, err
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, photo, err := two(r)
	if err != nil {
		return err
	}
	return s.show(w, r, who, of, photo, typed{status: http.StatusOK})
}

func (s *Service) show(w http.ResponseWriter, r *http.Request, who access.Actor, of, photo id.ID, t typed) error {
	v, err := s.Show(r.Context(), who, of, photo)
	if err != nil {
		return err
	}
	p := frame(r, v.Meeting, web.T(r, "photo.kind."+v.Photo.Kind), ui.Crumb{Text: web.T(r, "photo.title"), Href: to(of)})
	return web.Render(w, r, t.status, showPage(p, v, t))
}

func (s *Service) pageWithdraw(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, photo, err := two(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	err = s.Withdraw(r.Context(), who, of, photo, f.Raw("why"))
	if fault.Of(err) == fault.Invalid {
		return s.show(w, r, who, of, photo, typed{status: http.StatusUnprocessableEntity, why: f.Raw("why"), errs: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(of), "photo.withdrawn")
}

func (s *Service) pagePicture(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.send(w, r, who, false)
}

func (s *Service) pageSmall(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.send(w, r, who, true)
}

// send answers with a picture to look at, or a PDF to keep; its type is what was drawn here, and
// a browser is told not to guess (web hardens every answer).
func (s *Service) send(w http.ResponseWriter, r *http.Request, who access.Actor, small bool) error {
	of, photo, err := two(r)
	if err != nil {
		return err
	}
	p, data, err := s.read(r.Context(), who, of, photo, small)
	if err != nil {
		return err
	}
	if !p.Picture() {
		return web.Download(w, p.name(), p.Type, data)
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Content-Disposition", "inline")
	_, err = w.Write(data)
	return err
}

func (s *Service) read(ctx context.Context, who access.Actor, of, photo id.ID, small bool) (Photo, []byte, error) {
	p, body, err := s.Open(ctx, who, of, photo, small)
	if err != nil {
		return p, nil, err
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	if err != nil {
		err = fmt.Errorf("read photograph: %w", err)
	}
	return p, data, err
}

func (p Photo) name() string {
	if p.Picture() {
		return p.ID.String() + ".jpg"
	}
	return p.ID.String() + ".pdf"
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	After   string  `query:"after" maxLength:"3000"`
	Limit   int     `query:"limit" minimum:"0" maximum:"100"`
}) (db.Rows[Photo], error) {
	a, err := s.List(ctx, who, in.Meeting.ID, db.Page{After: in.After, Limit: in.Limit})
	return a.Photos, err
}

type oneIn struct {
	Meeting web.Ref `path:"meeting"`
	Photo   web.Ref `path:"photo"`
}

func (s *Service) apiAttach(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Photo   web.Ref `path:"photo" doc:"a new id: the same one sent twice keeps one"`
	Kind    string  `query:"kind" enum:"photo,minutes" default:"photo"`
	Site    web.Ref `query:"site" doc:"empty: of the whole meeting"`
	Caption string  `query:"caption" maxLength:"300"`
	Name    string  `query:"name" required:"true" maxLength:"300"`
	RawBody []byte  `contentType:"application/octet-stream"`
}) (Photo, error) {
	return s.Attach(ctx, who, Photo{ID: in.Photo.ID, Meeting: in.Meeting.ID, Site: in.Site.ID, Kind: in.Kind, Caption: in.Caption}, in.Name, bytes.NewReader(in.RawBody))
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *oneIn) (Sheet, error) {
	return s.Show(ctx, who, in.Meeting.ID, in.Photo.ID)
}

func (s *Service) apiPicture(ctx context.Context, who access.Actor, in *oneIn) (web.File, error) {
	p, data, err := s.read(ctx, who, in.Meeting.ID, in.Photo.ID, false)
	return web.File{Name: p.name(), Type: p.Type, Body: data}, err
}

func (s *Service) apiWithdraw(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Photo   web.Ref `path:"photo"`
	Body    struct {
		Why string `json:"why" minLength:"1" maxLength:"300"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.Withdraw(ctx, who, in.Meeting.ID, in.Photo.ID, in.Body.Why)
}
