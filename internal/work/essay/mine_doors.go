package essay

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

func (s *Service) mineRoutes() []web.Route {
	const most = UploadMost + 1<<20
	return []web.Route{
		web.Page("GET /me/essays", access.Self, s.pageMine),
		web.Page("GET /me/essays/{task}", access.Self, s.pageWrite),
		web.Page("GET /me/essays/offline", access.Anyone, s.pageShell),
		web.Page("GET /me/essays/worker.js", access.Anyone, s.pageWorker),
		web.Page("POST /me/essays/{task}/draft", access.Self, s.pageSave),
		web.Page("POST /me/essays/{task}/hand-in", access.Self, s.pageHandIn),
		web.Upload("POST /me/essays/{task}/files", access.Self, togetherMost, s.pageAttach),
		web.Page("GET /me/essays/{task}/files/{file}", access.Self, s.pageOwnFile),
		web.Page("POST /me/essays/{task}/files/{file}/remove", access.Self, s.pageDetach),
		web.Page("POST /me/essays/{task}/group", access.Self, s.pageGroup),
		web.Page("POST /me/essays/{task}/leave", access.Self, s.pageLeave),
		web.Page("GET /me/essays/{task}/receipt", access.Self, s.pageReceipt),
		web.Op("GET /api/v1/me/essays", access.Self, "my-essays", "Tasks that mean the actor, with the own essays", s.apiMine),
		web.Op("GET /api/v1/me/essays/{task}", access.Self, "my-essay", "A task, the draft and what was handed in", s.apiDesk),
		web.Op("PUT /api/v1/me/essays/{task}/draft", access.Self, "save-essay", "Keep a draft; never over a newer one: then both are answered", s.apiSave),
		web.Op("POST /api/v1/me/essays/{task}/versions", access.Self, "hand-in-essay", "Hand the draft in; sent twice it is handed in once", s.apiHandIn),
		web.OpUpload("PUT /api/v1/me/essays/{task}/files/{file}", access.Self, most, "attach-essay-file", "Take the visible text of a document, or a picture of handwriting", s.apiAttach),
		web.Op("DELETE /api/v1/me/essays/{task}/files/{file}", access.Self, "detach-essay-file", "Take a file out of the draft", s.apiDetach),
		web.Op("PUT /api/v1/me/essays/{task}/group", access.Self, "set-essay-group", "Who of the cell writes together", s.apiGroup),
		web.Op("DELETE /api/v1/me/essays/{task}/group", access.Self, "leave-essay-group", "Leave the group of somebody else, to write alone", s.apiLeave),
	}
}

// togetherMost is how many bytes of pages one form may bring.
const togetherMost = 4 * UploadMost

func ownPath(task id.ID) string { return "/me/essays/" + task.String() }

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	list, err := s.Mine(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "essay.mine"), "today")
	p.Sub, p.Back = who.Name, "/"
	return web.Render(w, r, http.StatusOK, minePage(p, list))
}

// typed is what a refused form held, and what another window wrote meanwhile.
type typed struct {
	answers []string
	other   *Draft
	errs    ui.Errors
	version id.ID
}

func (s *Service) pageWrite(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.write(w, r, who, http.StatusOK, typed{})
}

func (s *Service) write(w http.ResponseWriter, r *http.Request, who access.Actor, status int, t typed) error {
	task, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	d, err := s.Desk(r.Context(), who, task)
	if err != nil {
		return err
	}
	p := web.At(r, d.Task.Title, "today")
	p.Back = "/me/essays"
	if t.version == 0 {
		t.version = id.New()
	}
	if t.answers == nil {
		t.answers = d.Draft.Answers
	}
	return web.Render(w, r, status, writePage(p, d, t))
}

// readSave reads the answers with the counters of the window.
func readSave(f *web.Form) Save {
	return Save{Base: f.Int("base", 0, 1<<40, 0), Tab: f.Line("tab", 0, 40), Step: f.Int("step", 0, 1<<40, 0), Answers: f.All("answer")}
}

// retry shows the form once more with what was typed, after a refusal or a clash.
func (s *Service) retry(w http.ResponseWriter, r *http.Request, who access.Actor, in Save, version id.ID, other *Draft, err error) error {
	status := http.StatusConflict
	if fault.Of(err) == fault.Invalid {
		status = http.StatusUnprocessableEntity
	}
	return s.write(w, r, who, status, typed{answers: in.Answers, other: other, errs: web.Errors(r, err), version: version})
}

func (s *Service) pageSave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	essay, in := f.ID("essay", true), readSave(f)
	if err := f.Err(); err != nil {
		return err
	}
	out, err := s.Save(r.Context(), who, task, essay, in)
	switch {
	case fault.Of(err) == fault.Invalid:
		return s.retry(w, r, who, in, 0, nil, err)
	case err != nil:
		return err
	case out.Verdict == Clash:
		return s.retry(w, r, who, in, 0, &out.Draft, fault.New(fault.Conflict, "essay.clash"))
	}
	return web.Redirect(w, r, ownPath(task), "essay.draft_saved")
}

func (s *Service) pageHandIn(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	essay, version, in := f.ID("essay", true), f.ID("version", true), readSave(f)
	if err := f.Err(); err != nil {
		return err
	}
	_, err = s.HandIn(r.Context(), who, task, essay, version, &in)
	switch {
	case fault.Of(err) == fault.Invalid:
		if _, kept := s.Save(r.Context(), who, task, essay, in); fault.Of(kept) == fault.Internal && kept != nil {
			return kept // too short is kept all the same
		}
		return s.retry(w, r, who, in, version, nil, err)
	case fault.Key(err) == "essay.clash":
		d, gone := s.Desk(r.Context(), who, task)
		if gone != nil {
			return gone
		}
		return s.retry(w, r, who, in, version, &d.Draft, err)
	case err != nil:
		return err
	}
	return web.Redirect(w, r, ownPath(task)+"/receipt", "essay.handed_in")
}

func (s *Service) pageAttach(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	refuse := func(err error) error {
		return s.write(w, r, who, http.StatusUnprocessableEntity, typed{errs: web.Errors(r, err)})
	}
	f, err := web.Read(r)
	if fault.Key(err) == "web.too_large" {
		return refuse(file.TooLarge(togetherMost))
	}
	if err != nil {
		return err
	}
	if f.File("file") == nil {
		return refuse(fault.At("file", "file.none"))
	}
	essay, ids := f.ID("essay", true), append([]id.ID{f.ID("id", true)}, f.IDs("more")...)
	if err := f.Err(); err != nil {
		return err
	}
	var notice string
	for i, up := range f.Files("file") {
		if i == len(ids) {
			return refuse(fault.At("file", "essay.many_files", "n", filesMost))
		}
		out, err := s.attachOne(r.Context(), who, task, essay, Upload{ID: ids[i], Name: up.Filename, Over: i == 0 && f.Raw("over") == "1"}, up)
		if k := fault.Of(err); err != nil && (k == fault.Invalid || k == fault.TooMany) {
			return refuse(err)
		}
		if err != nil {
			return err
		}
		notice = worse(notice, out.File)
	}
	return web.Redirect(w, r, ownPath(task), notice)
}

func (s *Service) attachOne(ctx context.Context, who access.Actor, task, essay id.ID, in Upload, up *web.Sent) (Uploaded, error) {
	body, err := up.Open()
	if err != nil {
		return Uploaded{}, fmt.Errorf("open upload: %w", err)
	}
	defer body.Close()
	return s.Attach(ctx, who, task, essay, in, body)
}

// worse is what to tell of several files: hidden letters first, then that pictures are not checked.
func worse(notice string, f File) string {
	switch {
	case f.Hidden > 0 || notice == "essay.attached_hidden":
		return "essay.attached_hidden"
	case f.Role == "page" || notice == "essay.attached_page":
		return "essay.attached_page"
	}
	return "essay.attached"
}

func (s *Service) pageDetach(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, which, err := two(r, "file")
	if err != nil {
		return err
	}
	if err := s.Detach(r.Context(), who, task, which); err != nil {
		return err
	}
	return web.Redirect(w, r, ownPath(task), "essay.detached")
}

// two reads the task and another id of the path.
func two(r *http.Request, name string) (task, other id.ID, err error) {
	if task, err = web.ID(r, "task"); err == nil {
		other, err = web.ID(r, name)
	}
	return task, other, err
}

func (s *Service) pageOwnFile(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, which, err := two(r, "file")
	if err != nil {
		return err
	}
	f, body, err := s.OwnFile(r.Context(), who, task, which)
	if err != nil {
		return err
	}
	defer body.Close()
	return Send(w, f, body)
}

// Send answers with an uploaded file: a picture to look at, anything else to keep. What it is
// was found out when it came; a browser is told not to guess.
func Send(w http.ResponseWriter, f File, body io.Reader) error {
	data, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	if !f.Image() {
		return web.Download(w, f.Name, f.Type, data)
	}
	w.Header().Set("Content-Type", f.Type)
	_, err = w.Write(data)
	return err
}

func (s *Service) pageGroup(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	essay, people := f.ID("essay", true), f.IDs("people")
	if err := f.Err(); err != nil {
		return err
	}
	err = s.Group(r.Context(), who, task, essay, people)
	if fault.Of(err) == fault.Invalid {
		return s.write(w, r, who, http.StatusUnprocessableEntity, typed{errs: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, ownPath(task), "essay.group_saved")
}

func (s *Service) pageLeave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	if err := s.Leave(r.Context(), who, task); err != nil {
		return err
	}
	return web.Redirect(w, r, ownPath(task), "essay.left")
}

func (s *Service) pageReceipt(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	d, err := s.Desk(r.Context(), who, task)
	if err != nil {
		return err
	}
	if d.Version == nil {
		return fault.Gone()
	}
	p := web.At(r, web.T(r, "essay.receipt"), "today")
	p.Back = ownPath(task)
	return web.Render(w, r, http.StatusOK, receiptPage(p, d, *d.Version))
}
