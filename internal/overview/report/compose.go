package report

import (
	"context"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/paper"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Source is where a passage of a report's texts comes from. Mark stands in the text as "[T1]".
type Source struct {
	Mark    string `json:"mark" example:"T1"`
	Unit    string `json:"unit" doc:"whose words they are"`
	Via     string `json:"via" doc:"in whose report they were found, when it quoted them itself"`
	Report  id.ID  `json:"report"`
	Version int64  `json:"version" doc:"sending of that report"`
	Section string `json:"section"`
	Place   string `json:"place" doc:"paragraph, or paragraph.sentence"`
	How     string `json:"how" enum:"quote,own,altered" doc:"word by word, in own words, or in quotation marks with other words"`
	Since   string `json:"since" enum:",returned,newer,changed" doc:"what became of that report"`
}

// Compose adds a paragraph to a section of a report that who may edit. add is called in the
// same transaction and gives the paragraph; "" when there is nothing to do. Faults: those of
// add, Missing for an unknown section, Invalid for a section that would grow too long, Conflict.
func (s *Service) Compose(ctx context.Context, who access.Actor, of, unit id.ID, section string, add func(tx db.Tx, r Report) (line string, err error)) error {
	return s.change(ctx, who, of, unit, "report.save", func(tx db.Tx, v *View) (any, bool, error) {
		if !slices.Contains(Sections, section) {
			return nil, false, fault.Gone()
		}
		line, err := add(tx, v.Report)
		if err != nil || line == "" {
			return nil, false, err
		}
		body := v.Report.Texts[section]
		if body != "" {
			body += "\n"
		}
		if body += line; len([]rune(body)) > longest {
			return nil, false, fault.At(section, "web.too_long", "n", longest)
		}
		return map[string]string{"sections": words.T("vi", "report.section."+section)}, true, putTexts(ctx, tx, v.Report.ID, map[string]string{section: body})
	})
}

// sources asks where quoted passages come from.
func (s *Service) sources(ctx context.Context, tx db.Tx, v *View) (err error) {
	if s.Sources != nil && v.Report.ID != 0 {
		v.Sources, err = s.Sources(ctx, tx, v.Campaign.ID, v.Unit.Unit)
	}
	return err
}

// Cited are sources as notes under a paper.
func Cited(list []Source) (out []paper.Block) {
	for i, s := range list {
		if i == 0 {
			out = append(out, paper.Heading{Level: 3, Text: phrase("part.sources")})
		}
		out = append(out, paper.Note{Text: s.sentence()})
	}
	return out
}

func (s Source) sentence() string {
	var via, own, since string
	if s.Via != "" {
		via = phrase("source.via", "unit", s.Via)
	}
	if s.How != "quote" {
		own = phrase("source." + s.How)
	}
	if s.Since != "" {
		since = phrase("source." + s.Since)
	}
	return phrase("source", "mark", s.Mark, "unit", s.Unit, "n", text.Int(s.Version), "section", words.T("vi", "report.section."+s.Section),
		"place", s.Place, "via", via, "own", own, "since", since)
}
