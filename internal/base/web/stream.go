package web

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"quantriet/internal/base/access"
	"quantriet/internal/base/access/live"
)

// OpStream is an operation that goes on answering: server-sent events, the data of each of
// them an O in JSON. What do returns before it wrote anything is answered as a problem.
func OpStream[I, O any](pattern string, need access.Need, name, summary string,
	do func(w http.ResponseWriter, r *http.Request, who access.Actor, in *I) error) Route {
	rt := Route{Pattern: pattern, Need: need, Lane: Free}
	rt.op = func(api huma.API, s *Site, rt Route) {
		event := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[O](), true, name)
		op := huma.Operation{OperationID: name, Method: rt.Method(), Path: rt.Path(), Summary: summary,
			Security:    []map[string][]string{{"token": {}}},
			Errors:      []int{401, 403, 404, 422, 503},
			Extensions:  map[string]any{"x-need": string(need)},
			Middlewares: huma.Middlewares{s.enter(rt)},
			Responses: map[string]*huma.Response{"200": {Description: "Server-sent events; the data of each is this object, whole, sent again when it has changed.",
				Content: map[string]*huma.MediaType{"text/event-stream": {Schema: event}}}}}
		huma.Register(api, op, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
			return &huma.StreamResponse{Body: func(c huma.Context) {
				r, w := humago.Unwrap(c)
				r = r.WithContext(ctx)
				s.stream(w, r, func(w http.ResponseWriter) error { return do(w, r, ctx.Value(visitKey{}).(*visit).who, in) })
			}}, nil
		})
	}
	return rt
}

func (s *Site) stream(w http.ResponseWriter, r *http.Request, do func(http.ResponseWriter) error) {
	g := &gate{ResponseWriter: w, ctx: r.Context()}
	err := do(g)
	if ended := live.Ended(r.Context()); ended != nil {
		err = ended
	}
	switch {
	case err != nil && g.begun:
		s.tell(r, err)
	case err != nil:
		s.fail(w, r, err)
	}
}
