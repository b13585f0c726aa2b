// Package extract takes the visible text out of an uploaded file, and only that: text that is
// marked as hidden, white on white, smaller than two points, pressed into nothing, drawn in no ink or
// outside of the page is dropped and counted. What is no part of the text (comments, alternative
// text, what a tracked change took out) is passed over. Files are distrusted: nothing unpacked grows beyond its bound, and
// every reading ends within two seconds.
package extract

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/text"
)

// Limits of one reading.
const (
	patience  = 2 * time.Second
	textMost  = 400_000 // letters taken from one file
	partMost  = 24 << 20
	DocxType  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	PDFType   = "application/pdf"
	PlainType = "text/plain; charset=utf-8"
)

// Result is what a file says. A file without any text, such as a scan, gives an empty Text.
type Result struct {
	Text   string // NFC, line ends "\n"
	Hidden int64  // letters dropped because nobody can see them
}

// seats bound how many files are read at once, also by readings that were given up.
var seats = make(chan struct{}, 3)

// Text reads a file of a type that kit/file has found out. Faults: Invalid on field "file" for a
// file that is broken, swollen or of another type; TooMany when too many are being read.
func Text(ctx context.Context, mime string, data []byte) (Result, error) {
	var read func(*reader, []byte) error
	switch mime {
	case DocxType:
		read = readDocx
	case PDFType:
		read = readPDF
	case PlainType:
		read = readPlain
	default:
		return Result{}, fault.At("file", "essay.file_kind")
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	select {
	case seats <- struct{}{}:
	case <-ctx.Done():
		return Result{}, fault.New(fault.TooMany, "essay.file_busy")
	}
	r := &reader{ctx: ctx}
	done := make(chan error, 1)
	go func() {
		defer func() { <-seats }()
		done <- guarded(r, data, read)
	}()
	select {
	case err := <-done:
		if err != nil {
			return Result{}, err
		}
		return r.result()
	case <-ctx.Done():
		return Result{}, fault.At("file", "essay.file_slow")
	}
}

// guarded turns a reader's stumbling over a bad file into a refusal.
func guarded(r *reader, data []byte, read func(*reader, []byte) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fault.At("file", "essay.file_broken")
		}
	}()
	err = read(r, data)
	if errors.Is(err, errLong) {
		return fault.At("file", "essay.file_swollen")
	}
	return err
}

var errLong = errors.New("too long")

// reader gathers what is seen and counts what is not.
type reader struct {
	ctx    context.Context
	out    strings.Builder
	n      int
	hidden int64
	steps  int
}

// step ends a reading whose time is over.
func (r *reader) step() error {
	if r.steps++; r.steps%1024 == 0 && r.ctx.Err() != nil {
		return errLong
	}
	return nil
}

func (r *reader) see(s string) error {
	if r.n += utf8.RuneCountInString(s); r.n > textMost {
		return errLong
	}
	r.out.WriteString(s)
	return nil
}

// miss counts the letters of text that nobody can see.
func (r *reader) miss(s string) {
	for _, c := range s {
		if !unicode.IsSpace(c) {
			r.hidden++
		}
	}
}

func (r *reader) result() (Result, error) {
	s := strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t':
			return c
		case unicode.IsControl(c) || c == utf8.RuneError:
			return -1
		case unicode.Is(unicode.Cf, c) && c != '\u00ad' && c != '\ufeff':
			r.hidden++
			return -1
		}
		return c
	}, r.out.String())
	s, ok := text.Lines(text.Modern(ligatures.Replace(s)))
	if !ok {
		return Result{}, fault.At("file", "essay.file_broken")
	}
	return Result{Text: s, Hidden: r.hidden}, nil
}

// ligatures are drawn as one letter and read as several.
var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl")

func readPlain(r *reader, data []byte) error { return r.see(string(data)) }
