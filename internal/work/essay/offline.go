package essay

import (
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// kept are the assets that the writing page needs to open without a network.
var kept = []string{"tabler.min.css", "fonts.css", "theme.css", "pages.css", "htmx.min.js", "app.js", "kept.js", "essay.js", "favicon.svg",
	"fonts/be-vietnam-pro-latin-400-normal.woff2", "fonts/be-vietnam-pro-latin-500-normal.woff2", "fonts/be-vietnam-pro-latin-600-normal.woff2",
	"fonts/be-vietnam-pro-latin-700-normal.woff2", "fonts/be-vietnam-pro-vietnamese-400-normal.woff2", "fonts/be-vietnam-pro-vietnamese-500-normal.woff2",
	"fonts/be-vietnam-pro-vietnamese-600-normal.woff2", "fonts/be-vietnam-pro-vietnamese-700-normal.woff2"}

// lock is the key that a device seals a writer's texts with. The device forgets it when nobody is
// signed in and when the session's time is over, and the same writer gets the same one again; "" for
// a service without keys.
func (s *Service) lock(writer id.ID) string {
	if s.Seal == nil {
		return ""
	}
	return base64.StdEncoding.EncodeToString(s.Seal.Key("essay on a device " + writer.String()))
}

// pageShell is the writing page with nothing of anybody in it: what is personal lies sealed in
// the browser.
func (s *Service) pageShell(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	p := web.At(r, web.T(r, "essay.off_title"), "")
	p.Who, p.Post, p.Nav, p.Menu, p.Find, p.Founding, p.Help, p.ID, p.Notice = "", "", nil, nil, "", "", "", "", ui.Notice{}
	w.Header().Set("X-Essay-Shell", "1")
	return web.Render(w, r, http.StatusOK, offlinePage(p))
}

// longestOff is how long a device opens texts of which the server has heard nothing since: a session
// that was ended elsewhere meanwhile is over there, too.
const longestOff = 7 * 24 * time.Hour

// left is for how many milliseconds the device may open what it keeps without asking: until the
// session ends.
func (s *Service) left(who access.Actor) int64 {
	if who.Until == 0 {
		return longestOff.Milliseconds()
	}
	return min(max(0, who.Until-s.Now.Ms()), longestOff.Milliseconds())
}

//go:embed worker.js
var worker string

// pageWorker is the service worker; any new asset makes it another one.
func (s *Service) pageWorker(w http.ResponseWriter, _ *http.Request, _ access.Actor) error {
	var urls []string
	for _, name := range kept {
		urls = append(urls, ui.Asset(name))
	}
	b, err := json.Marshal(urls)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Service-Worker-Allowed", "/me/essays")
	_, err = fmt.Fprintf(w, "const KEPT = %s;\n%s", b, worker)
	return err
}
