package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"quantriet/internal/base/access"
	"quantriet/internal/base/access/live"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Ref is an id in the path or query of an operation.
type Ref struct{ id.ID }

// Empty is the input of an operation that takes nothing, and the output of one that gives nothing.
type Empty struct{}

// File is an operation's answer that is not JSON.
type File struct {
	Name string
	Type string
	Body []byte
}

func (s *Site) newAPI(mux *http.ServeMux) huma.API {
	cfg := huma.DefaultConfig("Quán Triệt", s.Version)
	cfg.OpenAPIPath = "/api/v1/openapi"
	cfg.DocsPath = "" // its page loads scripts from elsewhere
	cfg.SchemasPath = "/api/v1/schemas"
	cfg.CreateHooks = nil // no $schema members in answers
	cfg.Info.Description = "Every figure with its evidence. Ids are 13 characters of Crockford base32, instants Unix milliseconds UTC, days ISO dates, rates numerator and denominator."
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	return humago.New(mux, cfg)
}

// schemaName puts the room before the type, since two rooms may call a type alike.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if open := strings.Index(t.Name(), "["); open > 0 { // Rows[quantriet/internal/core/campaign.Listed]
		of := path.Base(strings.TrimSuffix(t.Name()[open+1:], "]"))
		return t.Name()[:open] + strings.NewReplacer(".", "", "_", "").Replace(strings.ToUpper(of[:1])+of[1:])
	}
	room := path.Base(t.PkgPath())
	if t.Name() == "" || !strings.HasPrefix(t.PkgPath(), "quantriet/") || strings.HasPrefix(strings.ToLower(name), room) {
		return name
	}
	return strings.ToUpper(room[:1]) + room[1:] + name
}

// Op is an operation of the JSON API: pattern, need, operation id, one-line summary, and
// the same use case that the page calls.
func Op[I, O any](pattern string, need access.Need, name, summary string, do func(context.Context, access.Actor, *I) (O, error)) Route {
	return OpUpload(pattern, need, 0, name, summary, do)
}

// OpUpload is Op with a larger body: most bounds it in bytes, 0 is the usual megabyte.
func OpUpload[I, O any](pattern string, need access.Need, most int64, name, summary string, do func(context.Context, access.Actor, *I) (O, error)) Route {
	return operation(pattern, need, most, name, summary, func(ctx context.Context, who access.Actor, in *I) (*struct{ Body O }, error) {
		out, err := do(ctx, who, in)
		return &struct{ Body O }{out}, err
	})
}

// OpFile is Op for an answer that is a file.
func OpFile[I any](pattern string, need access.Need, name, summary string, do func(context.Context, access.Actor, *I) (File, error)) Route {
	return operation(pattern, need, 0, name, summary, func(ctx context.Context, who access.Actor, in *I) (*fileOut, error) {
		f, err := do(ctx, who, in)
		return &fileOut{f.Type, disposition(f.Name), f.Body}, err
	})
}

type fileOut struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// readable panics for an input with parts that would be passed over in silence: those embedded under a name
// of their package alone.
func readable[I any](pattern string) {
	for t, i := reflect.TypeFor[I](), 0; t.Kind() == reflect.Struct && i < t.NumField(); i++ {
		if f := t.Field(i); f.Anonymous && !f.IsExported() {
			panic("web: " + pattern + ": " + f.Name + " is embedded and would not be read")
		}
	}
}

func operation[I, O any](pattern string, need access.Need, most int64, name, summary string, do func(context.Context, access.Actor, *I) (*O, error)) Route {
	readable[I](pattern)
	rt := Route{Pattern: pattern, Need: need, Most: most}
	rt.op = func(api huma.API, s *Site, rt Route) {
		op := huma.Operation{OperationID: name, Method: rt.Method(), Path: rt.Path(), Summary: summary, MaxBodyBytes: most,
			Security:    []map[string][]string{{"token": {}}},
			Errors:      []int{401, 403, 404, 409, 422, 503},
			Extensions:  map[string]any{"x-need": string(need)},
			Middlewares: huma.Middlewares{s.enter(rt)}}
		huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
			v := ctx.Value(visitKey{}).(*visit)
			out, err := do(ctx, v.who, in)
			if ended := live.Ended(ctx); ended != nil {
				err = ended
			}
			if err != nil {
				return nil, s.apiError(ctx, pattern, err)
			}
			return out, nil
		})
	}
	return rt
}

// enter finds out who knocks and whether that one may, before the input is read.
func (s *Site) enter(rt Route) func(huma.Context, func(huma.Context)) {
	kind := rt.lane()
	return func(c huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(c)
		leave, err := s.enterLane(r.Context(), kind)
		if err != nil {
			s.fail(w, s.visit(r, access.Actor{}), err)
			return
		}
		defer leave()
		began := time.Now()
		who, err := s.whoIs(rt, r)
		ctx, done := s.hold(r.Context(), who, began)
		defer done()
		r = s.visit(r.WithContext(ctx), who)
		if err == nil {
			err = admit(who, rt.Need)
		}
		if err != nil {
			text, _ := s.tell(r, err)
			problem(w, status[fault.Of(err)], T(r, "web.fault."+fmt.Sprint(status[fault.Of(err)])), text)
			return
		}
		next(huma.WithContext(c, r.Context()))
	}
}

// apiError answers as application/problem+json, each blamed field with its location.
func (s *Site) apiError(ctx context.Context, pattern string, err error) error {
	r, _ := http.NewRequestWithContext(ctx, "GET", "/", nil)
	r.URL.Path = pattern
	text, number := s.tell(r, err)
	if number != "" {
		text += " (" + number + ")"
	}
	var details []error
	for _, f := range fault.List(err) {
		details = append(details, &huma.ErrorDetail{Message: T(r, f.Key, f.Args...), Location: f.Field, Value: f.Key})
	}
	out := error(huma.NewError(status[fault.Of(err)], text, details...))
	if fault.Of(err) == fault.Busy {
		out = huma.ErrorWithHeaders(out, http.Header{"Retry-After": {pause()}})
	}
	return out
}

func problem(w http.ResponseWriter, code int, title, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(huma.ErrorModel{Status: code, Title: title, Detail: detail})
}
