package app

import (
	"context"

	"quantriet/internal/base/org/reorg"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/narrative"
	"quantriet/internal/overview/report"
)

// link joins rooms that do not know each other. Every sentence between two rooms is one
// line here; a link that is not in this function does not exist.
func (a *App) link() {
	a.Account.NewUnit, a.Account.Import = a.Org.Create, "/import"
	a.Slip.Account, a.Outside.Account, a.Account.Outside = a.Account, a.Account, a.Outside.Offer
	a.Live.Dropped = func() { a.Account.Forget(); a.Station.Forget() }
	a.Privacy.Close = a.Account.CloseFor
	a.Intake.Units, a.Intake.People = a.Org, a.Person
	a.Org.Unreported = reorg.Unreported
	a.Reorg.Rehome, a.Reorg.Return = a.Person.Rehome, a.Person.Return
	a.Plan.Issued = a.Document.Issue
	a.Campaign.Opened = a.DB.Analyze
	a.Attendance.Told = a.Board.Told
	a.Door.Attendance, a.Door.Presence = a.Attendance, a.Presence
	a.Attendance.Strayed = a.Lead.Saw
	a.Proof.Rows = map[string]proof.Rows{
		"recheck":   a.Recheck.Sealed,
		"contest":   a.Contest.Sealed,
		"essay":     a.Essay.Sealed,
		"honesty":   a.Honesty.Sealed,
		"report":    a.Report.Sealed,
		"review":    a.Review.Sealed,
		"trail":     a.Trail.Sealed,
		"narrative": a.Narrative.Sealed,
		"merit":     a.Merit.Sealed,
	}
	a.Proof.Wanted = a.Recheck.Wanted
	a.narrative()
	a.Recheck.Flags = a.Honesty.Flags
	a.Report.Sent, a.Report.Questions = both(a.Trail.Sent, a.Honesty.Keep), asks(a.Honesty.Ask, a.alike)
	a.Report.Around = a.Trail.Around
	a.Report.Frozen, a.Report.Marked = a.Duty.Frozen, a.Contest.Marked
	a.Dashboard.Remind, a.Dashboard.Questions = a.Duty.Count, a.Recheck.Waiting
	a.Brief.Overview, a.Brief.Verified = a.Dashboard.Overview, a.verified
	a.Prepare.Count = a.countGuests
	a.Essay.HandedIn, a.Essay.Deleted, a.Essay.Sentence, a.Essay.Talk = a.Likeness.HandedIn, a.Likeness.Deleted, a.Likeness.Sentence, a.Likeness.Talk
	a.Essay.Upheld = a.Contest.Upheld
}

// both tells two rooms of a unit's report in one transaction.
func both(first, second func(context.Context, db.Tx, id.ID, id.ID) error) func(context.Context, db.Tx, id.ID, id.ID) error {
	return func(ctx context.Context, tx db.Tx, campaign, unit id.ID) error {
		if err := first(ctx, tx, campaign, unit); err != nil {
			return err
		}
		return second(ctx, tx, campaign, unit)
	}
}

// alike puts the question of copies to a unit before it sends its report.
func (a *App) alike(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]report.Question, error) {
	return a.Narrative.Ask(ctx, tx, narrative.On(campaign, unit), false)
}

// narrative joins the words of reports and reviews with where they come from, and where else they stand.
func (a *App) narrative() {
	a.Narrative.Compose, a.Narrative.Amend = a.Report.Compose, a.Review.Compose
	a.Report.Sources = func(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]report.Source, error) {
		return a.Narrative.Sources(ctx, tx, narrative.On(campaign, unit))
	}
	a.Report.Leads = func(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]report.Question, error) {
		return a.Narrative.Ask(ctx, tx, narrative.On(campaign, unit), true)
	}
	a.Review.Sources = func(ctx context.Context, tx db.Tx, review id.ID) ([]report.Source, error) {
		return a.Narrative.Sources(ctx, tx, narrative.Of(review))
	}
	a.Review.Alike = func(ctx context.Context, tx db.Tx, review id.ID, sent bool) ([]report.Question, error) {
		return a.Narrative.Ask(ctx, tx, narrative.Of(review), sent)
	}
}

type asking = func(context.Context, db.Tx, id.ID, id.ID) ([]report.Question, error)

// asks puts the questions of several rooms to a unit before it sends.
func asks(rooms ...asking) asking {
	return func(ctx context.Context, tx db.Tx, campaign, unit id.ID) (out []report.Question, err error) {
		for _, room := range rooms {
			list, err := room(ctx, tx, campaign, unit)
			if err != nil {
				return nil, err
			}
			out = append(out, list...)
		}
		return out, nil
	}
}
