package web

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Form is a posted form being read: each reader takes one field and remembers what is
// wrong with it, so that the page can show everything at once.
type Form struct {
	r     *http.Request
	files map[string][]*Sent
	errs  []error
}

// A form has at most so many parts, and so many bytes in the fields that are no files.
const (
	partsMost  = 1000
	fieldsMost = 10 << 20
)

// Read parses a posted form, urlencoded or multipart; a second time it is the form as it was read.
// Fault: Invalid for one that is broken, too large or not text.
func Read(r *http.Request) (*Form, error) {
	v, _ := r.Context().Value(visitKey{}).(*visit)
	if v != nil && v.form != nil {
		return &Form{r: v.form.r, files: v.form.files}, nil
	}
	f := &Form{r: r, files: map[string][]*Sent{}}
	parsed := r.ParseForm()
	parts, err := r.MultipartReader()
	if err == nil {
		err = f.take(parts)
	} else if tooBig := new(http.MaxBytesError); errors.As(parsed, &tooBig) {
		err = parsed
	} else if errors.Is(err, http.ErrNotMultipart) {
		err = nil
	}
	switch tooBig := new(http.MaxBytesError); {
	case errors.As(err, &tooBig) || errors.Is(err, errManyParts):
		return nil, fault.New(fault.Invalid, "web.too_large")
	case isDisk(err):
		return nil, err
	case err != nil:
		return nil, fault.New(fault.Invalid, "web.broken_form")
	}
	for name, vs := range r.PostForm {
		for _, v := range vs {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return nil, fault.At(name, "web.not_text")
			}
		}
	}
	if v != nil {
		v.form = f
	}
	return f, nil
}

var errManyParts = errors.New("too much in a form")

// isDisk reports whether the machine could not keep what was sent: our trouble, not the sender's.
func isDisk(err error) bool {
	of := new(fs.PathError)
	return errors.As(err, &of)
}

// take goes through the parts of a form once, in the order they come.
func (f *Form) take(parts *multipart.Reader) error {
	left := int64(fieldsMost)
	for n := 0; ; n++ {
		p, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case n == partsMost:
			return errManyParts
		case p.FormName() == "":
		case p.FileName() == "":
			v, err := io.ReadAll(io.LimitReader(p, left+1))
			if left -= int64(len(v)) + int64(len(p.FormName())); err != nil || left < 0 {
				return cmp.Or(err, errManyParts)
			}
			f.r.PostForm.Add(p.FormName(), string(v))
			f.r.Form.Add(p.FormName(), string(v))
		default:
			up, err := receive(p.FileName(), p)
			if err != nil {
				return err
			}
			keep(f.r, up)
			f.files[p.FormName()] = append(f.files[p.FormName()], up)
		}
	}
}

// Err joins what the readers found wrong; nil when nothing is.
func (f *Form) Err() error { return fault.All(f.errs...) }

// Blame adds a fault of a field.
func (f *Form) Blame(field, key string, args ...any) {
	f.errs = append(f.errs, fault.At(field, key, args...))
}

// File is an uploaded file, nil when none was chosen.
func (f *Form) File(name string) *Sent {
	if len(f.files[name]) == 0 {
		return nil
	}
	return f.files[name][0]
}

// Files are all files of a field.
func (f *Form) Files(name string) []*Sent { return f.files[name] }

// Raw is the value as sent.
func (f *Form) Raw(name string) string { return f.r.PostForm.Get(name) }

// Has reports whether the field was sent, as a ticked box is.
func (f *Form) Has(name string) bool { return f.r.PostForm.Has(name) }

// All are the values of a repeated field, as sent.
func (f *Form) All(name string) []string { return f.r.PostForm[name] }

// Line is one line of text of at most max letters, cleaned; required when min is above zero.
func (f *Form) Line(name string, min, max int) string {
	s, ok := text.Clean(f.Raw(name))
	if !ok {
		f.Blame(name, "web.not_text")
	}
	return f.length(name, s, min, max)
}

// Text is free text with line breaks kept.
func (f *Form) Text(name string, max int) string {
	s, ok := text.Lines(f.Raw(name))
	if !ok {
		f.Blame(name, "web.not_text")
	}
	return f.length(name, s, 0, max)
}

func (f *Form) length(name, s string, min, max int) string {
	switch n := utf8.RuneCountInString(s); {
	case n == 0 && min > 0:
		f.Blame(name, "web.required")
	case n < min:
		f.Blame(name, "web.too_short", "n", min)
	case n > max:
		f.Blame(name, "web.too_long", "n", max)
	}
	return s
}

// Int is a whole number within bounds, grouping dots allowed; empty is empty's value.
func (f *Form) Int(name string, min, max, empty int64) int64 {
	s := strings.TrimSpace(f.Raw(name))
	if s == "" {
		return empty
	}
	n, err := strconv.ParseInt(grouping.Replace(s), 10, 64)
	if err != nil || n < min || n > max {
		f.Blame(name, "web.not_number", "min", min, "max", max)
		return empty
	}
	return n
}

var grouping = strings.NewReplacer(".", "", " ", "", "\u00a0", "")

// Date is a civil date in any of the usual writings; "" when empty and not required.
func (f *Form) Date(name string, required bool) string {
	s := strings.TrimSpace(f.Raw(name))
	if s == "" {
		if required {
			f.Blame(name, "web.required")
		}
		return ""
	}
	d, err := text.ParseDate(s)
	if err != nil {
		f.Blame(name, "web.not_date")
		return ""
	}
	return d
}

// Moment is a local date and time "2026-02-07T07:30" as Unix milliseconds; 0 when it is none.
func (f *Form) Moment(name string) int64 {
	t, ok := clock.At(strings.TrimSpace(f.Raw(name)))
	if !ok || t.Year() < 1990 || t.Year() > 2100 {
		f.Blame(name, "web.not_time")
		return 0
	}
	return t.UnixMilli()
}

// ID is an id field; zero when empty and not required.
func (f *Form) ID(name string, required bool) id.ID {
	s := strings.TrimSpace(f.Raw(name))
	if s == "" && !required {
		return 0
	}
	v, err := id.Parse(s)
	if err != nil {
		f.Blame(name, "web.choose")
	}
	return v
}

// IDs are the ids of a repeated field.
func (f *Form) IDs(name string) (out []id.ID) {
	for _, s := range f.All(name) {
		if v, err := id.Parse(s); err == nil {
			out = append(out, v)
		} else if s != "" {
			f.Blame(name, "web.choose")
		}
	}
	return out
}

// Choice is one of the allowed values.
func (f *Form) Choice(name string, allowed ...string) string {
	s := f.Raw(name)
	for _, a := range allowed {
		if s == a {
			return s
		}
	}
	f.Blame(name, "web.choose")
	return ""
}

// Nth is the i-th line of a repeated field, cleaned, of at most max letters; "" when it was not sent.
func (f *Form) Nth(name string, i, max int) string {
	vs := f.All(name)
	if i >= len(vs) {
		return ""
	}
	s, ok := text.Clean(vs[i])
	if !ok {
		f.Blame(name, "web.not_text")
	}
	return f.length(name, s, 0, max)
}
