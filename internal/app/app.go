// Package app is the roof: it builds every room, joins them and serves them.
package app

import (
	"net/http"
	"path/filepath"

	"quantriet/internal/base/access"
	"quantriet/internal/base/access/live"
	"quantriet/internal/base/account"
	"quantriet/internal/base/account/oidc"
	"quantriet/internal/base/account/slip"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/area"
	"quantriet/internal/base/org/level"
	"quantriet/internal/base/org/reorg"
	"quantriet/internal/base/person"
	"quantriet/internal/base/person/audience"
	"quantriet/internal/base/person/intake"
	"quantriet/internal/base/person/late"
	"quantriet/internal/base/person/secret"
	"quantriet/internal/base/privacy"
	"quantriet/internal/base/proof"
	"quantriet/internal/base/setting"
	"quantriet/internal/base/web"
	"quantriet/internal/core/campaign"
	"quantriet/internal/core/document"
	"quantriet/internal/core/meeting"
	"quantriet/internal/core/meeting/photo"
	"quantriet/internal/core/meeting/prepare"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/seal"
	"quantriet/internal/overview/contest"
	"quantriet/internal/overview/dashboard"
	"quantriet/internal/overview/dashboard/brief"
	"quantriet/internal/overview/duty"
	"quantriet/internal/overview/honesty"
	book "quantriet/internal/overview/ledger"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/merit"
	"quantriet/internal/overview/merit/year"
	"quantriet/internal/overview/narrative"
	"quantriet/internal/overview/recheck"
	"quantriet/internal/overview/report"
	"quantriet/internal/overview/report/today"
	"quantriet/internal/overview/review"
	"quantriet/internal/overview/trail"
	"quantriet/internal/ui"
	"quantriet/internal/work/attendance"
	"quantriet/internal/work/attendance/board"
	"quantriet/internal/work/attendance/conference"
	"quantriet/internal/work/attendance/door"
	"quantriet/internal/work/attendance/lead"
	"quantriet/internal/work/attendance/ledger"
	"quantriet/internal/work/attendance/presence"
	"quantriet/internal/work/attendance/station"
	"quantriet/internal/work/essay"
	"quantriet/internal/work/essay/likeness"
	"quantriet/internal/work/essay/marking"
	"quantriet/internal/work/plan"
)

// Version is set when a release is built.
var Version = "0.1"

// App holds one of each room.
type App struct {
	DB         *db.DB
	Now        clock.Now
	Dir        string // keeps uploaded files
	Org        *org.Service
	Level      *level.Service
	Area       *area.Service
	Reorg      *reorg.Service
	Person     *person.Service
	Secret     *secret.Service
	Late       *late.Service
	Intake     *intake.Service
	Audience   *audience.Service
	Account    *account.Service
	Slip       *slip.Service
	Outside    *oidc.Service
	Live       *live.Guard
	Audit      *audit.Service
	Privacy    *privacy.Service
	Proof      *proof.Service
	Setting    *setting.Service
	Document   *document.Service
	Campaign   *campaign.Service
	Meeting    *meeting.Service
	Photo      *photo.Service
	Prepare    *prepare.Service
	Conference *conference.Service
	Ledger     *ledger.Service
	Plan       *plan.Service
	Attendance *attendance.Service
	Station    *station.Service
	Board      *board.Service
	Door       *door.Service
	Presence   *presence.Service
	Lead       *lead.Service
	Essay      *essay.Service
	Marking    *marking.Service
	Likeness   *likeness.Service
	Dashboard  *dashboard.Service
	Brief      *brief.Service
	Book       *book.Service
	Report     *report.Service
	Honesty    *honesty.Service
	Measure    *measure.Service
	Today      *today.Service
	Recheck    *recheck.Service
	Contest    *contest.Service
	Duty       *duty.Service
	Review     *review.Service
	Trail      *trail.Service
	Narrative  *narrative.Service
	Merit      *merit.Service
	Year       *year.Service
}

// New builds the rooms over a migrated database.
func New(d *db.DB, now clock.Now, dir string) *App {
	a := &App{DB: d, Now: now, Dir: filepath.Clean(dir),
		Org:        &org.Service{DB: d, Now: now},
		Level:      &level.Service{DB: d, Now: now},
		Area:       &area.Service{DB: d, Now: now},
		Reorg:      &reorg.Service{DB: d, Now: now},
		Person:     &person.Service{DB: d, Now: now},
		Secret:     &secret.Service{DB: d, Now: now},
		Late:       &late.Service{DB: d, Now: now},
		Intake:     &intake.Service{DB: d, Now: now},
		Audience:   &audience.Service{DB: d, Now: now},
		Account:    &account.Service{DB: d, Now: now},
		Slip:       &slip.Service{DB: d, Now: now},
		Outside:    &oidc.Service{DB: d, Now: now},
		Live:       &live.Guard{DB: d, Now: now},
		Audit:      &audit.Service{DB: d, Now: now},
		Privacy:    &privacy.Service{DB: d, Now: now},
		Proof:      &proof.Service{DB: d, Now: now},
		Setting:    &setting.Service{DB: d, Now: now, Fields: settings},
		Document:   &document.Service{DB: d, Now: now, Files: file.New(filepath.Join(dir, "files"), 0)},
		Campaign:   &campaign.Service{DB: d, Now: now},
		Meeting:    &meeting.Service{DB: d, Now: now},
		Photo:      &photo.Service{DB: d, Now: now, Files: file.New(filepath.Join(dir, "photos"), 0)},
		Prepare:    &prepare.Service{DB: d, Now: now},
		Ledger:     &ledger.Service{DB: d, Now: now},
		Plan:       &plan.Service{DB: d, Now: now},
		Attendance: &attendance.Service{DB: d, Now: now},
		Board:      board.New(d, now),
		Door:       door.New(d, now),
		Presence:   presence.New(d, now),
		Lead:       &lead.Service{DB: d, Now: now},
		Essay:      &essay.Service{DB: d, Now: now, Files: file.New(filepath.Join(dir, "essays"), 0)},
		Likeness:   &likeness.Service{DB: d, Now: now},
		Dashboard:  &dashboard.Service{DB: d, Now: now},
		Brief:      &brief.Service{DB: d},
		Book:       &book.Service{DB: d, Now: now},
		Today:      &today.Service{DB: d, Now: now},
		Trail:      &trail.Service{DB: d, Now: now},
		Narrative:  &narrative.Service{DB: d, Now: now},
		Merit:      &merit.Service{DB: d, Now: now},
		Year:       &year.Service{DB: d, Now: now},
		Measure:    &measure.Service{DB: d, Now: now},
		Recheck:    &recheck.Service{DB: d, Now: now},
		Contest:    &contest.Service{DB: d, Now: now},
		Duty:       &duty.Service{DB: d, Now: now},
		Review:     &review.Service{DB: d, Now: now, Version: Version},
		Report:     &report.Service{DB: d, Now: now, Version: Version},
		Honesty:    &honesty.Service{DB: d, Now: now},
	}
	a.Conference = &conference.Service{DB: d, Now: now, Attendance: a.Attendance}
	a.Marking = &marking.Service{Service: a.Essay}
	a.Station = &station.Service{DB: d, Now: now, Attendance: a.Attendance}
	a.keep(seal.Fresh())
	a.link()
	return a
}

// Routes is every door of the house.
func (a *App) Routes() (all []web.Route) {
	for _, rs := range [][]web.Route{
		{
			web.Page("POST "+ui.LookPath, access.Anyone, func(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
				ui.Look(w, r)
				return nil
			}),
			web.Page("GET /health", access.Anyone, a.health),
		},
		a.Account.Routes(),
		a.Slip.Routes(),
		a.Outside.Routes(),
		a.Account.Grants().Routes(),
		a.Audit.Routes(),
		a.Privacy.Routes(),
		a.Proof.Routes(),
		a.Setting.Routes(),
		a.Org.Routes(),
		a.Level.Routes(),
		a.Area.Routes(),
		a.Reorg.Routes(),
		a.Person.Routes(),
		a.Secret.Routes(),
		a.Late.Routes(),
		a.Intake.Routes(),
		a.Audience.Routes(),
		a.Document.Routes(),
		a.Campaign.Routes(),
		a.Meeting.Routes(),
		a.Photo.Routes(),
		a.Prepare.Routes(),
		a.Conference.Routes(),
		a.Ledger.Routes(),
		a.Plan.Routes(),
		a.Attendance.Routes(),
		a.Station.Routes(),
		a.Board.Routes(),
		a.Door.Routes(),
		a.Presence.Routes(),
		a.Lead.Routes(),
		a.Essay.Routes(),
		a.Marking.Routes(),
		a.Likeness.Routes(),
		a.Dashboard.Routes(),
		a.Brief.Routes(),
		a.Book.Routes(),
		a.Report.Routes(),
		a.Honesty.Routes(),
		a.Today.Routes(),
		a.Recheck.Routes(),
		a.Contest.Routes(),
		a.Duty.Routes(),
		a.Review.Routes(),
		a.Trail.Routes(),
		a.Narrative.Routes(),
		a.Merit.Routes(),
		a.Year.Routes(),
		a.Measure.Routes(),
		a.helpRoutes(),
	} {
		all = append(all, rs...)
	}
	return all
}

// Handler serves the house.
func (a *App) Handler() http.Handler {
	return a.site().Handler(a.Routes(), ui.Static())
}

func (a *App) site() *web.Site {
	return &web.Site{Now: a.Now, Nav: nav, Menu: menu, Version: Version, Live: a.Live, Name: a.Setting.Name, WhoIs: a.Account.WhoIs, Post: a.Account.Post,
		Waiting: a.Attendance.Waiting, Full: a.Attendance.Full}
}

// health answers a load balancer: the database can be asked.
func (a *App) health(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	if err := a.DB.Ping(r.Context()); err != nil {
		return err
	}
	_, err := w.Write([]byte("ok\n"))
	return err
}
