package document

import (
	"context"
	"errors"
	"io"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
)

// Attach adds a file under the id made with its form: sent twice it is kept once. A
// refused file is not kept; that somebody tried is. Faults: Invalid (field "file"),
// Denied, Missing, Conflict for a secret document.
func (s *Service) Attach(ctx context.Context, who access.Actor, f File, r io.Reader) (File, error) {
	name := f.Name
	if err := s.DB.Read(ctx, func(tx db.Tx) error { return s.takes(ctx, tx, who, &f) }); err != nil {
		return f, wrap("attach to", err)
	}
	if f.SHA256 != "" {
		return f, nil
	}
	_, err := s.Files.Put(name, r, func(info file.Info) error {
		f.Name, f.Type, f.Size, f.SHA256, f.CreatedAt, f.CreatedBy = info.Name, info.Type, info.Size, info.SHA256, s.Now.Ms(), who.Account
		return s.DB.Write(ctx, func(tx db.Tx) error { return s.record(ctx, tx, who, &f) })
	})
	if fault.Of(err) == fault.Invalid {
		err = errors.Join(err, s.refused(ctx, who, f.Document, err))
	}
	return f, wrap("attach to", err)
}

// takes passes when the document may have a file more; f is filled when it is there already.
func (s *Service) takes(ctx context.Context, tx db.Tx, who access.Actor, f *File) error {
	d, err := s.editable(ctx, tx, who, f.Document)
	if err != nil {
		return err
	}
	if d.Secret() {
		return fault.New(fault.Conflict, "document.secret_bare")
	}
	old, err := findFile(ctx, tx, f.ID)
	if fault.Of(err) == fault.Missing {
		return nil
	}
	if err == nil && (old.CreatedBy != who.Account || old.Document != f.Document) {
		return fault.New(fault.Conflict, "document.taken")
	}
	*f = old
	return err
}

// record writes the row. The same content twice in one document is one file.
func (s *Service) record(ctx context.Context, tx db.Tx, who access.Actor, f *File) error {
	there := *f
	there.SHA256 = ""
	if err := s.takes(ctx, tx, who, &there); err != nil || there.SHA256 != "" {
		return err
	}
	files, err := filesOf(ctx, tx, f.Document)
	if err != nil {
		return err
	}
	for _, old := range files {
		if old.SHA256 == f.SHA256 {
			*f = old
			return nil
		}
	}
	if len(files) >= filesMax {
		return fault.At("file", "document.files_many", "n", filesMax)
	}
	if err := insertFile(ctx, tx, *f); err != nil {
		return err
	}
	return s.note(ctx, tx, who, f.Document, "document.attach", map[string]any{"file": f.ID, "sha256": f.SHA256})
}

// refused logs that a file was not taken, and why; never its name or content.
func (s *Service) refused(ctx context.Context, who access.Actor, document id.ID, why error) error {
	reason := fault.Key(why)
	return s.DB.Write(ctx, func(tx db.Tx) error {
		return s.note(ctx, tx, who, document, "document.refuse_file", map[string]any{"reason": reason})
	})
}

func (s *Service) note(ctx context.Context, tx db.Tx, who access.Actor, document id.ID, action string, detail any) error {
	d, err := Find(ctx, tx, document)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), action, d.ID, d.Unit, detail, "")
}

// RemoveFile takes a file away, unless an opened campaign stands on the document: what
// people were given to study stays.
func (s *Service) RemoveFile(ctx context.Context, who access.Actor, document, which id.ID) error {
	var f File
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if _, err := s.editable(ctx, tx, who, document); err != nil {
			return err
		}
		var err error
		if f, err = findFile(ctx, tx, which); err != nil {
			return err
		}
		if f.Document != document {
			return fault.Gone()
		}
		if inUse, err := used(ctx, tx, document); err != nil || inUse {
			return errors.Join(err, fault.New(fault.Conflict, "document.file_used"))
		}
		if err := deleteFiles(ctx, tx, document, which); err != nil {
			return err
		}
		return s.note(ctx, tx, who, document, "document.remove_file", map[string]any{"file": which, "sha256": f.SHA256})
	})
	if err != nil {
		return wrap("remove file of", err)
	}
	return s.drop(ctx, []File{f})
}

// drop deletes content that no row refers to any more.
func (s *Service) drop(ctx context.Context, gone []File) error {
	for _, f := range gone {
		err := s.Files.Drop(f.SHA256, func() (unused bool, err error) {
			err = s.DB.Read(ctx, func(tx db.Tx) error {
				n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from document_file where sha256 = $1`, f.SHA256)
				unused = n == 0
				return err
			})
			return unused, err
		})
		if err != nil {
			return wrap("drop file of", err)
		}
	}
	return nil
}

// Open gives a file to whoever sees its document; the caller closes it.
func (s *Service) Open(ctx context.Context, who access.Actor, document, which id.ID) (f File, r file.Reader, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		d, err := Find(ctx, tx, document)
		if err != nil {
			return err
		}
		if err := access.See(ctx, tx, who, access.DocumentRead, d.Unit); err != nil {
			return err
		}
		if f, err = findFile(ctx, tx, which); err == nil && f.Document != document {
			return fault.Gone()
		}
		return err
	})
	if err == nil {
		r, err = s.Files.Reader(f.SHA256)
	}
	return f, r, wrap("open file of", err)
}
