package ui

import (
	"net/http"
	"net/url"
	"strings"
)

// LookPath is where the switches of language, large text and dark mode are posted.
const LookPath = "/look"

var looks = map[string]map[string]bool{
	"lang": {"vi": true, "en": true}, "dark": {"0": true, "1": true}, "big": {"0": true, "1": true},
}

// Look answers POST LookPath: it remembers the switch in a cookie of the same name
// (lang=vi|en, dark=0|1, big=0|1) for a year and goes back to the page it came from.
// Anything it does not know is left alone.
func Look(w http.ResponseWriter, r *http.Request) {
	for name, allowed := range looks {
		if v := r.PostFormValue(name); allowed[v] {
			http.SetCookie(w, &http.Cookie{Name: name, Value: v, Path: "/", MaxAge: 365 * 24 * 3600,
				HttpOnly: true, SameSite: http.SameSiteLaxMode})
		}
	}
	http.Redirect(w, r, local(r.PostFormValue("back")), http.StatusSeeOther)
}

// local keeps the way back inside this site.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, "\\") {
		return "/"
	}
	return to
}
