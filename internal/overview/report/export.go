package report

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/paper"
	"quantriet/internal/work/plan"
)

// Export writes a unit's report: as json everything, as docx the official paper with its
// appendix, as xlsx or csv the appendix alone. Faults: Missing, Invalid for another kind.
func (s *Service) Export(ctx context.Context, who access.Actor, of, unit id.ID, as string, w io.Writer) error {
	v, form, err := s.forPaper(ctx, who, of, unit)
	if err != nil {
		return err
	}
	switch as {
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		err = e.Encode(v)
	case "docx":
		err = v.writeDOCX(w, form, s.Version)
	case "xlsx":
		err = v.writeXLSX(w)
	case "csv":
		err = v.writeCSV(w)
	default:
		err = fault.At("as", "web.choose")
	}
	if err != nil {
		return fmt.Errorf("export report of %s as %s: %w", unit, as, err)
	}
	return nil
}

// forPaper is a report with the format its unit prints in.
func (s *Service) forPaper(ctx context.Context, who access.Actor, of, unit id.ID) (v View, form paper.Form, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v, err = s.view(ctx, tx, who, of, unit); err != nil {
			return err
		}
		form, err = plan.Form.On(ctx, tx, unit, s.Now.Day())
		return err
	})
	if err != nil {
		return v, form, fmt.Errorf("report of %s for paper: %w", unit, err)
	}
	return v, form, nil
}
