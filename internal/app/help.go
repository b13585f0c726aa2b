package app

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"quantriet/docs"
	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/ui"
)

// guides are the help pages in the order of the list; those of a role carry it.
var guides = []struct {
	name string
	role access.Role
}{
	{"member", access.Member}, {"secretary", access.Secretary}, {"usher", access.Usher}, {"unit-officer", access.UnitOfficer},
	{"officer", access.Officer}, {"leader", access.Leader}, {"inspector", access.Inspector}, {"administrator", access.Administrator}, {"steward", access.Steward},
	{"operator", access.Operator}, {"auditor", access.Auditor}, {"reader", access.Reader},
	{"speaker", ""}, {"sites", ""}, {"station", ""}, {"machine", ""}, {"grades", ""}, {"board", ""}, {"signin", ""}, {"import", ""}, {"people", ""}, {"report", ""}, {"essay", ""}, {"likeness", ""}, {"narrative", ""}, {"merit", ""}, {"check", ""}, {"honesty", ""}, {"recheck", ""}, {"reorganisation", ""}, {"duty", ""}, {"picture", ""},
}

var markdown = goldmark.New(goldmark.WithExtensions(extension.Table))

// guide is one help page: its title and what follows it, as HTML.
type guide struct{ name, title, lead, body string }

// readGuide reads docs/guide/<name>.md. Fault: Missing for a name that is not in the list.
func readGuide(name string) (g guide, err error) {
	known := false
	for _, x := range guides {
		known = known || x.name == name
	}
	if !known {
		return g, fault.Gone()
	}
	raw, err := docs.Guides.ReadFile("guide/" + name + ".md")
	if err != nil {
		return g, err
	}
	head, rest, _ := strings.Cut(string(raw), "\n")
	var b bytes.Buffer
	if err := markdown.Convert([]byte(rest), &b); err != nil {
		return g, err
	}
	lead, _, _ := strings.Cut(strings.TrimSpace(rest), "\n\n")
	body := strings.NewReplacer("<table>", `<table class="tt plain roomy">`, "<pre>", `<pre tabindex="0">`).Replace(b.String()) // wide lines are scrolled by keys too
	return guide{name, strings.TrimPrefix(head, "# "), strings.ReplaceAll(lead, "\n", " "), body}, nil
}

// helpRoutes serve the guides to everybody: somebody who cannot sign in needs them most.
func (a *App) helpRoutes() []web.Route {
	return []web.Route{
		web.Page("GET /help", access.Anyone, a.help),
		web.Page("GET /help/{guide}", access.Anyone, a.helpGuide),
	}
}

// help lists the guides, those of one's own roles first.
func (a *App) help(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	var mine, others []guide
	for _, x := range guides {
		g, err := readGuide(x.name)
		if err != nil {
			return err
		}
		if x.role != "" && slices.ContainsFunc(who.Grants, func(g access.Grant) bool { return g.Role == x.role }) {
			mine = append(mine, g)
		} else {
			others = append(others, g)
		}
	}
	return web.Render(w, r, http.StatusOK, helpList(web.At(r, web.T(r, "ui.help"), "help"), mine, others))
}

func (a *App) helpGuide(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	g, err := readGuide(r.PathValue("guide"))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, helpPage(web.At(r, g.title, "help", ui.Crumb{Text: web.T(r, "ui.help"), Href: "/help"}), g))
}
