package extract

import (
	"io"

	"github.com/ledongthuc/pdf"
)

// source is the file as far as its bounds allow: whatever runs in circles, runs dry.
type source struct {
	io.ReaderAt
	r    *reader
	left int64
}

const readMost = 400 << 20

func (s *source) ReadAt(p []byte, off int64) (int, error) {
	if s.left -= int64(len(p)); s.left < 0 || s.r.ctx.Err() != nil {
		return 0, errLong
	}
	return s.ReaderAt.ReadAt(p, off)
}

// tree goes through the pages in order; a tree that runs in circles ends at its bounds.
type tree struct {
	*reader
	left  int
	pages int
}

const (
	nodesMost = 3000
	treeDeep  = 20
)

func (t *tree) walk(node, box, resources pdf.Value, deep int) error {
	if t.left--; t.left < 0 || deep > treeDeep || t.pages >= pagesMost || node.Kind() != pdf.Dict {
		return nil
	}
	if v := node.Key("MediaBox"); v.Len() == 4 {
		box = v
	}
	if v := node.Key("Resources"); !v.IsNull() {
		resources = v
	}
	kids := node.Key("Kids")
	if kids.Kind() != pdf.Array {
		t.pages++
		return t.page(node, box, resources)
	}
	for i := range kids.Len() {
		if err := t.walk(kids.Index(i), box, resources, deep+1); err != nil {
			return err
		}
	}
	return nil
}
