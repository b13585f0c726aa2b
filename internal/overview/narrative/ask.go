package narrative

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/report"
)

// Ask puts to a unit, before it sends, what its report or review says nearly the same as last time's or a
// neighbour's: one question for each section, which advises and keeps nothing back. Of what was sent
// it is a lead to those above, as soon as Work has compared it. Joined to both in app/links.go. Fault: Missing.
func (s *Service) Ask(ctx context.Context, tx db.Tx, of Paper, sent bool) ([]report.Question, error) {
	d, err := sheetOf(ctx, tx, of)
	if err != nil || d.id == 0 {
		return nil, err
	}
	texts, err := textsOf(ctx, tx, d.id)
	if err != nil {
		return nil, err
	}
	key, r := "narrative.lead", result{}
	if sent {
		r.found, err = kept(ctx, tx, d, texts)
	} else {
		key = "narrative.ask"
		r, _, err = s.compared(ctx, tx, d)
	}
	if err != nil {
		return nil, fmt.Errorf("alike sections of %s: %w", of.href(), err)
	}
	return questions(r.found, texts, of, key), nil
}

// questions are one for each section with sentences that stand elsewhere, with how much of the
// section they are, in words.
func questions(found []Found, texts map[string]string, of Paper, key string) (out []report.Question) {
	for _, section := range of.sections() {
		share, n := alikeIn(found, section, texts[section])
		if n == 0 {
			continue
		}
		out = append(out, report.Question{Code: "alike." + section, Key: key, Href: of.href() + "/alike",
			Args: []string{"section", words.T("vi", of.word(section)), "n", text.Int(n), "share", text.Percent(share, 10000, text.HalfUp)}})
	}
	return out
}

// alikeIn is how much of a section's words stand elsewhere, in hundredths of a percent, and in
// how many sentences. A sentence found on both sides counts once, by the likelier.
func alikeIn(found []Found, section, body string) (part, n int64) {
	most := map[string]int64{}
	var same int64
	for _, f := range found {
		if f.Section != section || f.Share <= most[f.Place] {
			continue
		}
		size := int64(len(strings.Fields(f.Text)))
		same += size * (f.Share - most[f.Place])
		most[f.Place] = f.Share
	}
	return share(same, int64(len(strings.Fields(body)))*10000), int64(len(most))
}
