package db

import (
	"bytes"
	"io"
	"io/fs"
	"regexp"
	"strings"
)

// clustered are migrations as SQLite takes them: a table that ends with the remark
// /* clustered */ is kept in the order of its primary key and nowhere else. It halves
// narrow tables with a composite key; PostgreSQL reads a remark. A key of one bigint is the
// number under which SQLite keeps the row: called so, it needs no index of its own.
type clustered struct{ fs.FS }

const remark = "/* clustered */"

var number = regexp.MustCompile(`\bbigint(\s+primary key)`)

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
	text = number.ReplaceAll(bytes.ReplaceAll(text, []byte(remark), []byte("without rowid")), []byte("integer$1"))
	return migration{bytes.NewReader(text), info}, nil
}

type migration struct {
	*bytes.Reader
	info fs.FileInfo
}

func (m migration) Stat() (fs.FileInfo, error) { return m.info, nil }
func (m migration) Close() error               { return nil }
