package web

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"quantriet/internal/base/access"
)

// Handler answers a page. A returned error is answered and logged by the door, once.
type Handler func(w http.ResponseWriter, r *http.Request, who access.Actor) error

// Route says who may knock before it says what happens.
type Route struct {
	Pattern string                       // "POST /meetings/{meeting}/roll"
	Need    access.Need                  // access.Anyone must be said out loud
	Page    Handler                      // nil for an API operation
	Most    int64                        // bytes that a request may bring; 0 is the usual bound of a form
	Lane    Lane                         // where it waits when there is much to do
	Unasked bool                         // nobody is asked who it is: the operation proves by itself who knocks
	op      func(huma.API, *Site, Route) // mounts the route as it became
}

// Page is a route that answers with HTML or a file.
func Page(pattern string, need access.Need, do Handler) Route {
	return Route{Pattern: pattern, Need: need, Page: do}
}

// Upload is a Page whose form may bring a file: most bounds the request in bytes.
func Upload(pattern string, need access.Need, most int64, do Handler) Route {
	return Route{Pattern: pattern, Need: need, Page: do, Most: most}
}

// API reports whether the route is an operation of /api/v1.
func (rt Route) API() bool { return rt.op != nil }

// Method and Path are the halves of the pattern.
func (rt Route) Method() string { m, _, _ := strings.Cut(rt.Pattern, " "); return m }

// Path is the pattern without its method.
func (rt Route) Path() string { _, p, _ := strings.Cut(rt.Pattern, " "); return p }
