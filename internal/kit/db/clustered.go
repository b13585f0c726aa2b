package db

import (
	"bytes"
	"io"
	"io/fs"
	"strings"
)

// clustered are migrations as SQLite takes them: a table that ends with the remark
// /* clustered */ is kept in the order of its primary key and nowhere else. It halves
// narrow tables with a composite key; PostgreSQL reads a remark.
type clustered struct{ fs.FS }

const remark = "/* clustered */"

func (c clustered) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(c.FS, name) }

func (c clustered) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	return migration{bytes.NewReader(bytes.ReplaceAll(text, []byte(remark), []byte("without rowid"))), info}, nil
}

type migration struct {
	*bytes.Reader
	info fs.FileInfo
}

func (m migration) Stat() (fs.FileInfo, error) { return m.info, nil }
func (m migration) Close() error               { return nil }
