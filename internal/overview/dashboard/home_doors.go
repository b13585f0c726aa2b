package dashboard

import (
	"net/http"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/ui"
)

// pageHome answers with the first screen of the asker's widest role, or of the one in "as".
func (s *Service) pageHome(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	if !who.Holds(access.Signed) {
		return web.Redirect(w, r, "/sign-in", "")
	}
	h, err := s.Home(r.Context(), who, access.Role(r.URL.Query().Get("as")))
	if err != nil {
		return err
	}
	if s.Remind != nil && who.Holds(access.ReportEdit) {
		if h.Remind, err = s.Remind(r.Context(), who); err != nil {
			return err
		}
	}
	if s.Questions != nil && who.Person != 0 {
		if h.Asked, err = s.Questions(r.Context(), who); err != nil {
			return err
		}
	}
	p := web.At(r, web.T(r, "dashboard.today"), "today")
	switch h.Role {
	case access.Administrator, access.Steward, access.Operator, access.Auditor, access.Reader:
		return web.Render(w, r, http.StatusOK, keeperPage(p, h, s.health(r), placesOf(who)))
	case access.Officer, access.UnitOfficer:
		return web.Render(w, r, http.StatusOK, deskPage(p, h, who.Holds(access.CampaignEdit)))
	case access.Leader:
		return web.Render(w, r, http.StatusOK, leaderPage(p, h))
	case access.Inspector:
		return web.Render(w, r, http.StatusOK, inspectorPage(p, h))
	case access.Secretary:
		return web.Render(w, r, http.StatusOK, secretaryPage(hand(p, who, h), h))
	case access.Usher:
		return web.Render(w, r, http.StatusOK, usherPage(hand(p, who, h), h))
	case access.Member:
		return web.Render(w, r, http.StatusOK, memberPage(ownNav(hand(p, who, h), who), h))
	}
	return web.Render(w, r, http.StatusOK, nobodyPage(p))
}

// hand names a page of the phone: the person, and the unit below.
func hand(p ui.Page, who access.Actor, h Home) ui.Page {
	p.Title, p.Sub = who.Name, h.Unit.Name
	return p
}

// ownNav is the bar of tabs of somebody who is here for themself.
func ownNav(p ui.Page, who access.Actor) ui.Page {
	p.Section = "mine"
	p.Nav = []ui.Item{{Key: "mine", Text: p.T("dashboard.mine"), Href: "/", Icon: "home"}}
	if who.Holds(access.DocumentRead) {
		p.Nav = append(p.Nav, ui.Item{Key: "document", Text: p.T("dashboard.papers"), Href: "/documents", Icon: "book"})
	}
	if who.Holds(access.Self) {
		p.Nav = append(p.Nav, ui.Item{Key: "code", Text: p.T("dashboard.my_code"), Href: codePath, Icon: "code"},
			ui.Item{Key: "record", Text: p.T("dashboard.my_record"), Href: recordPath, Icon: "user"})
	}
	return p
}

// Addresses of one's own pages in the room of attendance.
const codePath, recordPath = "/me/code", "/me/record"

// place is somewhere that who keeps things goes to work.
type place struct {
	key, href string
	need      access.Need
}

var places = []place{
	{"accounts", "/accounts", access.AccountEdit}, {"moves", "/rights", access.AccountEdit}, {"people", "/people", access.PersonRead},
	{"import", "/import", access.PersonEdit}, {"settings", "/settings", access.SettingEdit}, {"audit", "/audit", access.AuditRead},
	{"looks", "/audit/looks", access.AuditRead},
}

// placesOf are those that who may enter.
func placesOf(who access.Actor) []place {
	return slices.DeleteFunc(slices.Clone(places), func(p place) bool { return !who.Holds(p.need) })
}

// Health is what the administrator sees of the running program.
type Health struct {
	Engine          string
	Answers         bool
	Writes, Groups  int64
	Failed, Retries int64
}

func (s *Service) health(r *http.Request) Health {
	st := s.DB.Stats()
	return Health{string(s.DB.Engine()), s.DB.Ping(r.Context()) == nil, st.Writes, st.Groups, st.Failed, st.Retries}
}
