package report

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Export writes a unit's report: as json everything, as docx the official paper with its
// appendix, as xlsx or csv the appendix alone. Faults: Missing, Invalid for another kind.
func (s *Service) Export(ctx context.Context, who access.Actor, of, unit id.ID, as string, w io.Writer) error {
	v, err := s.Show(ctx, who, of, unit)
	if err != nil {
		return err
	}
	switch as {
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		err = e.Encode(v)
	case "docx":
		err = v.writeDOCX(w)
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
