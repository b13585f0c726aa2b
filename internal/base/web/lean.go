package web

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/klauspost/compress/gzhttp"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
)

// OpLean is an operation for a busy spot: it stands in OpenAPI with body I and answer O as
// any other, and reads and writes JSON itself, by Body and Answer.
func OpLean[I, O any](pattern string, need access.Need, name, summary string, do Handler) Route {
	rt := Route{Pattern: pattern, Need: need}
	rt.op = func(api huma.API, s *Site, rt Route) {
		schemas := api.OpenAPI().Components.Schemas
		json := func(t reflect.Type, hint string) map[string]*huma.MediaType {
			return map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(t, true, hint)}}
		}
		op := &huma.Operation{OperationID: name, Method: rt.Method(), Path: rt.Path(), Summary: summary,
			Security:    []map[string][]string{{"token": {}}},
			Extensions:  map[string]any{"x-need": string(need)},
			RequestBody: &huma.RequestBody{Required: true, Content: json(reflect.TypeFor[I](), name+"-body")},
			Responses:   map[string]*huma.Response{"200": {Description: "OK", Content: json(reflect.TypeFor[O](), name+"-answer")}}}
		for _, code := range []string{"401", "403", "404", "409", "422", "503"} {
			op.Responses[code] = &huma.Response{Description: "Problem", Content: map[string]*huma.MediaType{
				"application/problem+json": {Schema: schemas.Schema(reflect.TypeFor[huma.ErrorModel](), true, "ErrorModel")}}}
		}
		for part := range strings.SplitSeq(rt.Path(), "/") {
			if inner, ok := strings.CutPrefix(part, "{"); ok {
				op.Parameters = append(op.Parameters, &huma.Param{Name: strings.TrimSuffix(inner, "}"), In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
			}
		}
		api.OpenAPI().AddOperation(op)
		rt.Page = do
		s.mux.HandleFunc(pattern, s.quick(rt))
		s.lean.HandleFunc(pattern, s.quick(rt))
	}
	return rt
}

// Body reads the JSON of a lean operation. Fault: Invalid.
func Body(r *http.Request, into any) error {
	b, err := Bytes(r)
	if err == nil && json.Unmarshal(b, into) != nil {
		err = NotJSON()
	}
	return err
}

// Bytes reads the body of a lean operation as it is. Fault: Invalid.
func Bytes(r *http.Request) ([]byte, error) {
	b := make([]byte, 0, min(max(r.ContentLength+1, 512), 64<<10))
	for {
		n, err := r.Body.Read(b[len(b):cap(b)])
		if b = b[:len(b)+n]; err == io.EOF {
			return b, nil
		}
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return nil, fault.New(fault.Invalid, "web.too_large")
		}
		if err != nil {
			return nil, NotJSON()
		}
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
	}
}

// BodyMissing answers a lean operation that was sent nothing.
func BodyMissing(w http.ResponseWriter) {
	problem(w, http.StatusBadRequest, http.StatusText(http.StatusBadRequest), "request body is required")
}

// NotJSON is the fault of a body that is not what was asked for.
func NotJSON() error { return fault.New(fault.Invalid, "web.not_json") }

var (
	plainJSON    = []string{"application/json"}
	uncompressed = []string{"1"}
)

// Answer writes JSON that was made already, as it is: to press it costs more than to send it.
func Answer(w http.ResponseWriter, b []byte) error {
	h := w.Header()
	h["Content-Type"] = plainJSON
	h[gzhttp.HeaderNoCompression] = uncompressed
	_, err := w.Write(b)
	return err
}
