package db

import (
	"bytes"
	"io"
	"io/fs"
	"regexp"
	"strings"
)

// suited are migrations as SQLite takes them: a table that ends with the remark
// /* clustered */ is kept in the order of its primary key and nowhere else. It halves
// narrow tables with a composite key; PostgreSQL reads a remark. A key of one bigint is the
// number under which SQLite keeps the row: called so, it needs no index of its own. A check
// against a list is spelled out: SQLite would build a table of the list for every row.
type suited struct{ fs.FS }

const remark = "/* clustered */"

var (
	number = regexp.MustCompile(`\bbigint(\s+primary key)`)
	listed = regexp.MustCompile(`check \((\w+) in \(([^()]+)\)\)`)
	value  = regexp.MustCompile(`'[^']*'|[^\s,']+`)
)

// spell makes "check (x = 1 or x = 2)" of "check (x in (1, 2))".
func spell(check []byte) []byte {
	m := listed.FindSubmatch(check)
	var is [][]byte
	for _, v := range value.FindAll(m[2], -1) {
		is = append(is, append(append(bytes.Clone(m[1]), " = "...), v...))
	}
	return append(append([]byte("check ("), bytes.Join(is, []byte(" or "))...), ')')
}

func (s suited) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(s.FS, name) }

func (s suited) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
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
	text = bytes.ReplaceAll(text, []byte(remark), []byte("without rowid"))
	text = listed.ReplaceAllFunc(number.ReplaceAll(text, []byte("integer$1")), spell)
	return migration{bytes.NewReader(text), info}, nil
}

type migration struct {
	*bytes.Reader
	info fs.FileInfo
}

func (m migration) Stat() (fs.FileInfo, error) { return m.info, nil }
func (m migration) Close() error               { return nil }
