package proof

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /proof", access.Anyone, s.pageShow),
		web.Page("GET /proof/checkpoint", access.Anyone, s.pageCheckpoint),
		web.Page("POST /proof/add-checkpoint", access.Anyone, s.pageCosign),
		web.Page("POST /proof/witnesses", access.SettingEdit, s.pageWitness),
		web.Page("POST /proof/origins", access.SettingEdit, s.pageOrigin),
		web.Page("GET /proof/export.jsonl", access.AuditRead, s.pageExport),
		web.Op("GET /api/v1/proof", access.Anyone, "show-log", "The newest signed head of the log, and the key it is signed with", s.apiShow),
		web.Op("GET /api/v1/proof/lines/{line}", access.Anyone, "prove-line", "Proof that a line stands in the log", s.apiPlace),
		web.Op("GET /api/v1/proof/heads/{size}", access.Anyone, "prove-continuation", "Proof that the log goes on from an older head", s.apiContinue),
	}
}

// shown is the page of the log: its head, whether a head on paper agrees, and who signs.
type shown struct {
	Head      Head
	Key       string
	Witness   string // our key as a witness
	Witnesses []Witness
	Origins   []Origin
	Manages   bool
	Audits    bool
	Size      string // typed from paper
	Root      string
	Answer    string // "", same, different, longer, wrong
	Errors    ui.Errors
	Typed     map[string]string
}

func (s *Service) load(ctx context.Context, who access.Actor) (v shown, err error) {
	v.Key, v.Witness = s.Log.Public(), s.Witness.Public()
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Head, err = lastHead(ctx, tx); err != nil {
			return err
		}
		if v.Head, err = witnessed(ctx, tx, v.Head); err != nil {
			return err
		}
		if v.Witnesses, err = witnesses(ctx, tx); err != nil {
			return err
		}
		if v.Origins, err = origins(ctx, tx); err != nil {
			return err
		}
		v.Manages, v.Audits = s.manages(ctx, tx, who) == nil, s.audits(ctx, tx, who) == nil
		return nil
	})
	return v, err
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.load(r.Context(), who)
	if err != nil {
		return err
	}
	v.Size, v.Root = strings.TrimSpace(r.URL.Query().Get("size")), strings.TrimSpace(r.URL.Query().Get("root"))
	if v.Size != "" || v.Root != "" {
		if v.Answer, err = s.compare(r.Context(), v); err != nil {
			return err
		}
	}
	return render(w, r, http.StatusOK, v)
}

func render(w http.ResponseWriter, r *http.Request, status int, v shown) error {
	return web.Render(w, r, status, logPage(web.At(r, web.T(r, "proof.title"), "report"), v))
}

// compare says how a head on paper stands to this log.
func (s *Service) compare(ctx context.Context, v shown) (string, error) {
	size, err := strconv.ParseInt(v.Size, 10, 64)
	if err != nil || size < 1 || len(v.Root) < 8 || len(v.Root) > 100 {
		return "wrong", nil
	}
	if size > v.Head.Size {
		return "longer", nil
	}
	c, err := s.Continue(ctx, size)
	switch {
	case err != nil:
		return "", err
	case strings.HasPrefix(c.Old.Root, v.Root):
		return "same", nil
	}
	return "different", nil
}

func (s *Service) pageCheckpoint(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	h, err := s.Last(r.Context())
	if err != nil {
		return err
	}
	if h.Size == 0 {
		return fault.Gone()
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err = io.WriteString(w, h.Signed)
	return err
}

// pageCosign speaks c2sp.org/tlog-witness.
func (s *Service) pageCosign(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	b, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	if err != nil {
		return fault.New(fault.Invalid, "web.broken_form")
	}
	line, err := s.Cosign(r.Context(), string(b))
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if no, ok := errors.AsType[Refusal](err); ok {
		if no.Status == http.StatusConflict {
			w.Header().Set("Content-Type", "text/x.tlog.size")
		}
		w.WriteHeader(no.Status)
		_, err = io.WriteString(w, no.Why+"\n")
		return err
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, line)
	return err
}

func (s *Service) pageWitness(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.add(w, r, who, "proof.witness_added", "key", func(f *web.Form) error {
		return s.AddWitness(r.Context(), who, f.Line("key", 1, 500), f.Line("url", 0, 500))
	})
}

func (s *Service) pageOrigin(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.add(w, r, who, "proof.origin_added", "log", func(f *web.Form) error {
		return s.AddOrigin(r.Context(), who, f.Line("log", 1, 500))
	})
}

func (s *Service) add(w http.ResponseWriter, r *http.Request, who access.Actor, notice, field string, do func(*web.Form) error) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	wrong := do(f)
	if err := f.Err(); err != nil {
		wrong = err
	}
	if wrong == nil {
		return web.Redirect(w, r, "/proof", notice)
	}
	if kind := fault.Of(wrong); kind != fault.Invalid {
		return wrong
	}
	v, err := s.load(r.Context(), who)
	if err != nil {
		return err
	}
	v.Errors, v.Typed = web.Errors(r, wrong), map[string]string{field: f.Raw(field), "url": f.Raw("url")}
	return render(w, r, http.StatusUnprocessableEntity, v)
}

func (s *Service) pageExport(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := os.CreateTemp("", "quantriet-log-*") // years of reports do not fit into memory, and half an export would accuse
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := s.Export(r.Context(), who, f); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/jsonl")
	w.Header().Set("Content-Disposition", `attachment; filename="quantriet-log.jsonl"`)
	_, err = io.Copy(w, f)
	return err
}

type apiLog struct {
	Head Head   `json:"head"`
	Key  string `json:"key" doc:"public key of the log"`
}

func (s *Service) apiShow(ctx context.Context, _ access.Actor, _ *struct{}) (out apiLog, err error) {
	out.Key = s.Log.Public()
	out.Head, err = s.Last(ctx)
	return out, err
}

func (s *Service) apiPlace(ctx context.Context, _ access.Actor, in *struct {
	Line web.Ref `path:"line"`
}) (Place, error) {
	return s.Place(ctx, in.Line.ID)
}

func (s *Service) apiContinue(ctx context.Context, _ access.Actor, in *struct {
	Size int64 `path:"size" minimum:"1"`
}) (Continuation, error) {
	return s.Continue(ctx, in.Size)
}
