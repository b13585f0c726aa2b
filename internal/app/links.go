package app

import "quantriet/internal/base/proof"

// link joins rooms that do not know each other. Every sentence between two rooms is one
// line here; a link that is not in this function does not exist.
func (a *App) link() {
	a.Account.NewUnit, a.Account.Import = a.Org.Create, "/import"
	a.Slip.Account, a.Outside.Account, a.Account.Outside = a.Account, a.Account, a.Outside.Offer
	a.Live.Dropped = func() { a.Account.Forget(); a.Station.Forget() }
	a.Intake.Units, a.Intake.People = a.Org, a.Person
	a.Reorg.Rehome, a.Reorg.Return = a.Person.Rehome, a.Person.Return
	a.Plan.Issued = a.Document.Issue
	a.Campaign.Opened = a.DB.Analyze
	a.Attendance.Told = a.Board.Told
	a.Door.Attendance, a.Door.Presence = a.Attendance, a.Presence
	a.Attendance.Strayed = a.Lead.Saw
	a.Proof.Rows = map[string]proof.Rows{
		"report":    a.Report.Sealed,
		"trail":     a.Trail.Sealed,
		"narrative": a.Narrative.Sealed,
	}
	a.Narrative.Compose, a.Report.Sources = a.Report.Compose, a.Narrative.Sources
	a.Report.Sent = a.Trail.Sent
	a.Prepare.Count = a.countGuests
	a.Essay.HandedIn, a.Essay.Deleted, a.Essay.Sentence = a.Likeness.HandedIn, a.Likeness.Deleted, a.Likeness.Sentence
}
