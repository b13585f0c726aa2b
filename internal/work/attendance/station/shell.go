package station

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/words"
	"quantriet/internal/ui"
)

// kept are the assets that a station needs to begin without a network.
var kept = []string{"tabler.min.css", "fonts.css", "theme.css", "pages.css", "htmx.min.js", "app.js", "station.js", "qr-worker.min.js", "favicon.svg",
	"fonts/be-vietnam-pro-latin-400-normal.woff2", "fonts/be-vietnam-pro-latin-500-normal.woff2", "fonts/be-vietnam-pro-latin-600-normal.woff2",
	"fonts/be-vietnam-pro-latin-700-normal.woff2", "fonts/be-vietnam-pro-vietnamese-400-normal.woff2", "fonts/be-vietnam-pro-vietnamese-500-normal.woff2",
	"fonts/be-vietnam-pro-vietnamese-600-normal.woff2", "fonts/be-vietnam-pro-vietnamese-700-normal.woff2"}

// spoken are the words that the script says, "station.app." before each.
var spoken = []string{"home", "home_sub", "offline", "offline_sub", "online", "online_sub", "sending", "sending_sub", "revoked", "revoked_sub", "over", "over_sub", "refused", "refused_sub",
	"recorded", "again", "unknown", "unknown_sub", "not_code", "agree", "differ", "no_count", "waiting", "sent", "see_waiting", "see_all", "nobody", "no_camera", "erase_ask", "erase_unsent",
	"undone", "preparing", "prepare_failed", "open", "unit_here", "elsewhere", "count_kept", "count_again", "counted_agree", "counted_differ", "state_open", "state_over", "starts", "roster",
	"no_stations", "full", "broken", "clock", "undo"}

// build is the assets that a shell needs: a worker that keeps others shows the shell, and does not keep it.
var build = strings.Split(ui.Asset(kept[0]), "/")[2]

// pageShell is the station without anything of anybody in it: what is personal lies encrypted
// in the browser. It is the one page that may use the camera.
func (s *Service) pageShell(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	p := web.At(r, web.T(r, "station.app.home"), "")
	p.Who, p.Post, p.Nav, p.Menu, p.Find, p.Founding, p.Notice = "", "", nil, nil, "", "", ui.Notice{}
	p.Sub, p.ID = web.T(r, "station.app.home_sub"), ""
	said := map[string]string{}
	for _, k := range spoken {
		said[k] = words.T(p.Lang, "station.app."+k)
	}
	w.Header().Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
	w.Header().Set("X-Station", build)
	return web.Render(w, r, http.StatusOK, shellPage(p, said))
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
	w.Header().Set("Service-Worker-Allowed", "/station")
	_, err = fmt.Fprintf(w, "const KEPT = %s;\n%s", b, worker)
	return err
}

func (s *Service) pageManifest(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	w.Header().Set("Content-Type", "application/manifest+json")
	return json.NewEncoder(w).Encode(map[string]any{
		"name": web.T(r, "station.app.name"), "short_name": web.T(r, "station.app.home"), "id": "/station", "start_url": "/station", "scope": "/station",
		"display": "standalone", "lang": web.Lang(r), "background_color": "#FBF8F3", "theme_color": "#B3151B",
		"icons": []map[string]string{{"src": ui.Asset("favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}}})
}
