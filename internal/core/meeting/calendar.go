package meeting

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	ics "github.com/arran4/golang-ical"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
)

// Calendar is the actor's meetings from a month ago on as an iCalendar file (RFC 5545), at
// most 500. Whoever subscribed sees changes when the file is fetched again.
func (s *Service) Calendar(ctx context.Context, who access.Actor) ([]byte, error) {
	rows, err := s.List(ctx, who, Query{From: s.Now().AddDate(0, -1, 0).UnixMilli(), Page: db.Page{Limit: 500}})
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	cal := ics.NewCalendarFor("Quán Triệt")
	cal.SetMethod(ics.MethodPublish)
	for _, m := range rows.Items {
		e := cal.AddEvent(m.ID.String() + "@quantriet")
		e.SetDtStampTime(s.Now())
		e.SetStartAt(clock.From(m.Starts))
		e.SetEndAt(clock.From(m.Ends))
		e.SetSummary(m.Title)
		e.SetLocation(m.Place)
		e.SetDescription(m.UnitName)
		if m.State == "cancelled" {
			e.SetStatus(ics.ObjectStatusCancelled)
		}
	}
	var b bytes.Buffer
	err = cal.SerializeTo(&b, ics.WithNewLineWindows)
	return b.Bytes(), err
}

func (s *Service) pageCalendar(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	body, err := s.Calendar(r.Context(), who)
	if err != nil {
		return err
	}
	return web.Download(w, web.T(r, "meeting.list")+".ics", "text/calendar; charset=utf-8", body)
}

func (s *Service) apiCalendar(ctx context.Context, who access.Actor, _ *web.Empty) (web.File, error) {
	body, err := s.Calendar(ctx, who)
	return web.File{Name: "quantriet.ics", Type: "text/calendar; charset=utf-8", Body: body}, err
}
