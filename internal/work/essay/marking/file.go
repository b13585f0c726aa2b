package marking

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
)

// File opens a file of an essay for its marker; the caller closes it.
func (s *Service) File(ctx context.Context, who access.Actor, of, which id.ID) (f essay.File, r file.Reader, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		p, err := s.load(ctx, tx, who, of)
		if err != nil {
			return err
		}
		for _, x := range p.Version.Files {
			if x.ID == which {
				f = x
				return nil
			}
		}
		return fault.Gone()
	})
	if err == nil {
		r, err = s.Files.Reader(f.SHA256)
	}
	return f, r, wrap("file", err)
}
