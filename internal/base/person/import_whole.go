package person

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
)

// Import goes through a small sheet twice: to look it over, and, when all of it or the good
// rows may, to bring it in.
func (s *Service) Import(ctx context.Context, who access.Actor, f batch.File, o batch.Options) (*batch.Result, error) {
	table, err := batch.Open(f, Columns)
	if err != nil {
		return nil, err
	}
	for dry := true; ; dry = false {
		r := batch.Begin(f, table)
		p := &Pass{Who: who, File: f.Name, Under: o.Under, Usual: o.Kind, Dry: dry, Done: func(p *Piece) error {
			for _, row := range p.Rows {
				r.Add(row)
			}
			return nil
		}}
		if err := s.Run(ctx, table, p); err != nil {
			return nil, err
		}
		if r.Applied = !dry; r.Applied || !r.May(o) {
			return r, nil
		}
	}
}
