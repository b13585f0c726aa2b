package photo

import (
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const (
	mostBytes  = 12 << 20 // of one file
	perSite    = 12       // that stand, of a site or of the meeting itself
	perMeeting = 600
	rewritten  = 3 // times as many rows as may stand: withdrawn ones are kept
	captionMax = 300
	whyMax     = 300
)

// Kinds of what may be attached.
var Kinds = []string{"photo", "minutes"}

// Photo is a photograph, or a scan of minutes. Instants are Unix milliseconds UTC.
type Photo struct {
	ID          id.ID  `json:"id"`
	Meeting     id.ID  `json:"meeting"`
	Site        id.ID  `json:"site" doc:"empty: of the whole meeting"`
	SiteName    string `json:"site_name"`
	Unit        id.ID  `json:"unit" doc:"host of the site, else the organiser"`
	UnitName    string `json:"unit_name"`
	Kind        string `json:"kind" enum:"photo,minutes"`
	Caption     string `json:"caption"`
	Type        string `json:"type" enum:"image/jpeg,application/pdf"`
	Size        int64  `json:"size"`
	Width       int64  `json:"width"`
	Height      int64  `json:"height"`
	SHA256      string `json:"sha256" doc:"of what is kept"`
	Original    string `json:"original" doc:"SHA-256 of the bytes as they came"`
	At          int64  `json:"at"`
	By          string `json:"by"`
	WithdrawnAt int64  `json:"withdrawn_at" doc:"0: it stands"`
	WithdrawnBy string `json:"withdrawn_by"`
	Why         string `json:"why" doc:"why it was withdrawn"`
	Likes       int64  `json:"likes" doc:"photographs of other meetings that deserve a question; told to those who keep it alone"`

	thumb string
	look  Look
	maker id.ID
}

// Picture reports whether it can be looked at on a page.
func (p Photo) Picture() bool { return p.thumb != "" }

// Stands reports whether it has not been withdrawn.
func (p Photo) Stands() bool { return p.WithdrawnAt == 0 }

// check refuses a row that cannot be.
func (p Photo) check() error {
	var errs []error
	if p.Kind != "photo" && p.Kind != "minutes" {
		errs = append(errs, fault.At("kind", "web.choose"))
	}
	if len([]rune(p.Caption)) > captionMax {
		errs = append(errs, fault.At("caption", "web.too_long", "n", captionMax))
	}
	return fault.All(errs...)
}

// Twin is the same or nearly the same photograph at another meeting.
type Twin struct {
	Exact   bool   `json:"exact" doc:"the same bytes"`
	Photo   id.ID  `json:"photo" doc:"empty when the viewer may not see it"`
	Meeting id.ID  `json:"meeting"`
	Title   string `json:"title" doc:"empty for a meeting out of the viewer's sight"`
	Unit    string `json:"unit"`

	unit id.ID
}

// Album is what a meeting's page of photographs shows.
type Album struct {
	Meeting meeting.Meeting `json:"-"`
	Photos  db.Rows[Photo]  `json:"photos"`
	Places  []Place         `json:"-"` // where the viewer may attach; none: they only look
}

// Place is a site that may be chosen, or the whole meeting with ID 0.
type Place struct {
	ID   id.ID
	Name string
}

// Sheet is one photograph with what is asked about it.
type Sheet struct {
	Meeting meeting.Meeting `json:"-"`
	Photo   Photo           `json:"photo"`
	Twins   []Twin          `json:"twins"`
	May     bool            `json:"-"` // withdraw it
}
