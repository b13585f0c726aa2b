package narrative

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/report"
)

// Ask puts to a unit, before it sends, what its report says nearly the same as last time's or a
// neighbour's: one question for each section, which advises and keeps nothing back. Joined to the report in
// app/links.go. Fault: Missing.
func (s *Service) Ask(ctx context.Context, tx db.Tx, of, unit id.ID) ([]report.Question, error) {
	u, err := campaign.UnitOf(ctx, tx, of, unit)
	if err != nil {
		return nil, fmt.Errorf("alike sections of %s: %w", unit, err)
	}
	mine, _, _, err := reportOf(ctx, tx, of, unit)
	if err != nil || mine == 0 {
		return nil, err
	}
	texts, err := textsOf(ctx, tx, mine)
	if err != nil {
		return nil, err
	}
	r, _, err := s.compared(ctx, tx, of, u)
	if err != nil {
		return nil, fmt.Errorf("alike sections of %s: %w", unit, err)
	}
	return questions(r.found, texts, to(of, unit)+"/alike"), nil
}

// questions are one for each section with sentences that stand elsewhere, with how much of the
// section they are, in words.
func questions(found []Found, texts map[string]string, href string) (out []report.Question) {
	for _, section := range report.Sections {
		share, n := alikeIn(found, section, texts[section])
		if n == 0 {
			continue
		}
		out = append(out, report.Question{Code: "alike." + section, Key: "narrative.ask", Href: href,
			Args: []string{"section", words.T("vi", "report.section."+section), "n", text.Int(n), "share", text.Percent(share, 10000, text.HalfUp)}})
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
