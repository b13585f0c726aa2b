package clock

import (
	"testing"
	"time"
)

func TestDay(t *testing.T) {
	late := time.Date(2018, 7, 19, 18, 0, 0, 0, time.UTC) // 01:00 the next day in Hà Nội
	if d := Day(late); d != "2018-07-20" {
		t.Error(d)
	}
	if d := AddDays("2018-07-20", -1); d != "2018-07-19" {
		t.Error(d)
	}
	if !Start("2018-02-30").IsZero() || AddDays("x", 1) != "" {
		t.Error("a date that is none must stay none")
	}
	if at, ok := At("2026-02-07T07:30"); !ok || at.UTC().Hour() != 0 {
		t.Error(at, ok)
	}
}
