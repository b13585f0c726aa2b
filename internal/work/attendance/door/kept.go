package door

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/ui"
	"quantriet/internal/work/attendance"
)

// keepCodes is how long a phone keeps the codes of its owner. They are what the printed slip
// is: nobody's name is with them.
const keepCodes = 2 * day

// shown are the assets that the kept codes need. Fonts are those of the phone.
var shown = []string{"tabler.min.css", "fonts.css", "theme.css", "pages.css", "door.css", "app.js", "htmx.min.js", "favicon.svg"}

//go:embed worker.js
var worker string

// markCodes tells kept codes from others, and those of yesterday from those of today; "" for none.
func markCodes(list []attendance.Ticket, today string) string {
	if len(list) == 0 {
		return ""
	}
	h := sha256.New()
	for _, c := range list {
		fmt.Fprintln(h, c.Campaign, c.Code)
	}
	fmt.Fprintln(h, today)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Codes are the actor's personal codes in open campaigns, with a mark that changes with them and
// with the day; "" when there are none.
func (s *Service) Codes(ctx context.Context, who access.Actor) ([]attendance.Ticket, string, error) {
	_, list, err := s.Attendance.Own(ctx, who)
	if err != nil {
		return nil, "", fmt.Errorf("codes to keep: %w", err)
	}
	return list, markCodes(list, s.Now.Day()), nil
}

// pageKept is the codes without whose they are, for the phone to keep.
func (s *Service) pageKept(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	list, mark, err := s.Codes(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "door.mine"), "")
	p.Who, p.Post, p.Nav, p.Menu, p.Find, p.Founding, p.Notice, p.ID = "", "", nil, nil, "", "", ui.Notice{}, ""
	w.Header().Set("X-Code", mark)
	w.Header().Set("X-Keep", strconv.FormatInt(keepCodes, 10))
	return web.Render(w, r, http.StatusOK, keptPage(p, list, s.Now.Ms()))
}

// pageWorker is the service worker; any new asset makes it another one.
func (s *Service) pageWorker(w http.ResponseWriter, _ *http.Request, _ access.Actor) error {
	var urls []string
	for _, name := range shown {
		urls = append(urls, ui.Asset(name))
	}
	b, err := json.Marshal(urls)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Service-Worker-Allowed", "/me/code")
	_, err = fmt.Fprintf(w, "const KEPT = %s;\n%s", b, worker)
	return err
}
