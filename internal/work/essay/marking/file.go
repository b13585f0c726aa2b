package marking

import (
	"context"
	"path"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
)

// veil gives files a number in the place of a name that people gave them, while the author is
// hidden: files are often called after who wrote them.
func (p *Paper) veil() {
	if p.Essay.State == "marked" {
		return
	}
	for i, f := range p.Version.Files {
		p.Version.Files[i].Name = strconv.Itoa(i+1) + path.Ext(f.Name)
	}
}

// shown reports whether a marker may open a file now: pages of handwriting always, a document
// whose text was taken only with its author, since it says inside who made it.
func (p Paper) shown(f essay.File) bool { return f.Role == "page" || p.Essay.State == "marked" }

// File opens a file of an essay for its marker; the caller closes it. Fault: Missing, also for a
// document while its author is hidden.
func (s *Service) File(ctx context.Context, who access.Actor, of, which id.ID) (f essay.File, r file.Reader, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		p, err := s.load(ctx, tx, who, of)
		if err != nil {
			return err
		}
		p.veil()
		for _, x := range p.Version.Files {
			if x.ID == which && p.shown(x) {
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
