package essay

import (
	"bytes"
	"context"
	"io"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay/extract"
)

// Bounds of uploads.
const (
	UploadMost = 15 << 20 // bytes of one file
	filesMost  = 20       // of one essay
)

// Upload is a file on its way, under the id made with its form: sent twice it is kept once.
// Over says that its text takes the place of what was written; otherwise it is added behind.
type Upload struct {
	ID   id.ID
	Name string
	Over bool
}

// Uploaded tells what became of a file.
type Uploaded struct {
	Essay id.ID `json:"essay"`
	File  File  `json:"file"`
	Draft Draft `json:"draft"`
}

// Attach takes a file into the draft: the visible text of a document, or a picture of
// handwriting, also a scanned PDF, without what the camera wrote into it. What nobody could see
// in a document is dropped and counted. Faults: Invalid on "file", Conflict.
func (s *Service) Attach(ctx context.Context, who access.Actor, of, essay id.ID, up Upload, in io.Reader) (out Uploaded, err error) {
	if up.ID == 0 {
		return out, fault.At("id", "web.choose")
	}
	if err := s.DB.Read(ctx, func(tx db.Tx) error { _, _, err := mine(ctx, tx, who, of); return err }); err != nil {
		return out, wrap("attach", err)
	}
	data, err := io.ReadAll(io.LimitReader(in, UploadMost+1))
	if err != nil {
		return out, fault.New(fault.Invalid, "web.broken_form")
	}
	if len(data) > UploadMost {
		return out, file.TooLarge(UploadMost)
	}
	info, err := file.Check(up.Name, bytes.NewReader(data), UploadMost)
	if err != nil {
		return out, err
	}
	f := File{ID: up.ID, Role: "page", Type: info.Type}
	var taken extract.Result
	if !f.Image() {
		if taken, err = extract.Text(ctx, info.Type, data); err != nil {
			return out, wrap("attach", err)
		}
		f.Letters, f.Hidden = int64(utf8.RuneCountInString(taken.Text)), taken.Hidden
		if taken.Text != "" {
			f.Role = "text"
		} else if info.Type != extract.PDFType {
			return out, fault.At("file", "essay.file_empty")
		}
	}
	if f.Role == "page" { // markers see it while the author is hidden
		if data, err = extract.Bare(info.Type, data); err != nil {
			return out, wrap("attach", err)
		}
		if info, err = file.Check(up.Name, bytes.NewReader(data), UploadMost+64); err != nil {
			return out, err
		}
	}
	f.Name, f.Size, f.SHA256, f.Added = info.Name, info.Size, info.SHA256, s.Now.Ms()
	_, err = s.Files.Put(up.Name, bytes.NewReader(data), func(file.Info) error {
		return s.DB.Queue(ctx, "essay/"+of.String()+"/"+who.Person.String(), func(tx db.Tx) error {
			out, err = s.attach(ctx, tx, who, of, essay, up, f, taken.Text)
			return err
		})
	})
	return out, wrap("attach", err)
}

func (s *Service) attach(ctx context.Context, tx db.Tx, who access.Actor, of, essay id.ID, up Upload, f File, body string) (out Uploaded, err error) {
	d, err := s.open(ctx, tx, who, of, essay)
	if err != nil {
		return out, err
	}
	f.Essay = d.Essay.ID
	out = Uploaded{Essay: d.Essay.ID, File: f, Draft: d.Draft}
	if old, err := FindFile(ctx, tx, d.Essay.ID, f.ID); fault.Of(err) != fault.Missing {
		out.File = old
		return out, err
	}
	if n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_file where id = $1`, f.ID); err != nil || n > 0 {
		return out, cond(err, fault.New(fault.Conflict, "essay.taken"))
	}
	switch {
	case len(d.Files) >= filesMost:
		return out, fault.At("file", "essay.many_files", "n", filesMost)
	case f.Role == "page" && !d.Task.Handwritten:
		return out, fault.At("file", "essay.no_pictures")
	}
	if err := insertFile(ctx, tx, f); err != nil || f.Role == "page" {
		return out, err
	}
	err = s.lay(ctx, tx, d, up.Over, body, &out)
	return out, err
}

func cond(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// lay puts the text of a file into the draft: one answer for each heading "Câu n", or all of it
// into the first.
func (s *Service) lay(ctx context.Context, tx db.Tx, d Desk, over bool, body string, out *Uploaded) error {
	parts, letters := Split(body, len(d.Task.Questions)), 0
	for i := range parts {
		if old := at(d.Draft.Answers, i); !over && old != "" && parts[i] != "" {
			parts[i] = old + "\n\n" + parts[i]
		} else if !over && parts[i] == "" {
			parts[i] = old
		}
		letters += utf8.RuneCountInString(parts[i])
	}
	if letters > bodyMost {
		return fault.At("file", "web.too_long", "n", bodyMost)
	}
	n := Draft{Serial: d.Draft.Serial + 1, Tab: out.File.ID.String(), Step: 1, Saved: s.Now.Ms(), Hidden: d.Draft.Hidden, Answers: parts}
	out.Draft = n
	return putDraft(ctx, tx, d.Essay.ID, n)
}

// Detach takes a file out of the draft; versions that were handed in keep it. The text taken
// from it stays.
func (s *Service) Detach(ctx context.Context, who access.Actor, of, file id.ID) error {
	var f File
	lost := false
	err := s.DB.Queue(ctx, "essay/"+of.String()+"/"+who.Person.String(), func(tx db.Tx) error {
		d, err := s.open(ctx, tx, who, of, id.New())
		if err != nil {
			return err
		}
		if f, err = FindFile(ctx, tx, d.Essay.ID, file); err != nil {
			return err
		}
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_version_file where file = $1`, file)
		if err != nil {
			return err
		}
		if lost = n == 0; lost {
			_, err = tx.ExecContext(ctx, `delete from essay_file where id = $1`, file)
		} else {
			_, err = tx.ExecContext(ctx, `update essay_file set removed = true where id = $1`, file)
		}
		return err
	})
	if err != nil || !lost {
		return wrap("detach", err)
	}
	return wrap("detach", s.drop(ctx, f.SHA256))
}

// drop deletes content that no file row refers to any more.
func (s *Service) drop(ctx context.Context, sum string) error {
	return s.Files.Drop(sum, func() (unused bool, err error) {
		err = s.DB.Read(ctx, func(tx db.Tx) error {
			n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_file where sha256 = $1`, sum)
			unused = n == 0
			return err
		})
		return unused, err
	})
}

// OwnFile opens a file of one's own essay, also that of the group; the caller closes it.
func (s *Service) OwnFile(ctx context.Context, who access.Actor, of, file id.ID) (f File, r file.Reader, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		e, err := own(ctx, tx, of, who.Person)
		if err == nil {
			f, err = FindFile(ctx, tx, e.ID, file)
		}
		return err
	})
	if err == nil {
		r, err = s.Files.Reader(f.SHA256)
	}
	return f, r, wrap("file", err)
}

// Delete takes away everything that an essay says: texts, files, remarks. That there was one, when
// it came and what it was given stays, so that totals hold. For a request about personal data; the
// reason is kept. Those who set tasks may.
func (s *Service) Delete(ctx context.Context, who access.Actor, essay id.ID, why string) error {
	var sums []string
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		e, err := Find(ctx, tx, essay)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.EssayEdit, e.Unit); err != nil {
			return err
		}
		if e.State == "deleted" {
			return nil
		}
		sums, err = s.Erase(ctx, tx, who, e, why)
		return err
	})
	for _, sum := range sums {
		if err == nil {
			err = s.drop(ctx, sum)
		}
	}
	return wrap("delete", err)
}
