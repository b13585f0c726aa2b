package main

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// entry is one JSON line of an export: the log itself, a head, a line or a row.
type entry struct {
	Log    string `json:"log"`
	Key    string `json:"key"`
	Made   int64  `json:"made"`
	Hashes *int64 `json:"hashes"`
	Head   string `json:"head"`
	At     int64  `json:"at"`
	Root   string `json:"root"`

	Line *string `json:"line"`
	N    int64   `json:"n"`
	Salt string  `json:"salt"`
	Kept int64   `json:"kept"`
	Tree string  `json:"tree"`

	Row     string `json:"row"`
	Subject string `json:"subject"`
	Version int64  `json:"version"`
	Body    string `json:"body"`
}

// line is a line of the log, and what it says it seals.
type line struct {
	text, salt, digest string
	tree               string // hashes that the database keeps of it
	n, at, kept        int64
	row                string // "kind subject version"
	found              bool   // the row is still there
}

type checker struct {
	key, own string
	log      string
	made     int64  // when it was exported
	hashes   *int64 // how many the database keeps
	heads    []string
	ats      []int64
	kept     []string // roots beside the signed ones
	olds     []head
	signed   []head
	lines    []line
	wrong    []string
	notes    []string
	top      head

	seals map[string]*line // by row, made when the first row comes
	rows  int
	kinds map[string]int
	books
}

func (c *checker) bad(format string, args ...any) {
	c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
}

// read takes the export apart: heads, then lines, then rows, each of which is held against its
// line at once, so that a year of them need not be kept. Error: it is no export, or was cut
// off within a line.
func (c *checker) read(r io.Reader) error {
	in := bufio.NewReaderSize(r, 1<<20)
	for n := 1; ; n++ {
		b, err := in.ReadBytes('\n')
		if err == io.EOF && len(b) == 0 {
			break
		}
		if err != nil && err != io.EOF {
			return err
		}
		var e entry
		if json.Unmarshal(b, &e) != nil || !c.take(e) {
			return fmt.Errorf("line %d of the export cannot be read", n)
		}
	}
	if c.log == "" {
		return errors.New("not an export of a log")
	}
	c.ready()
	return nil
}

// take keeps one line of the export; false for one of no kind, or out of place.
func (c *checker) take(e entry) bool {
	switch {
	case e.Log != "":
		c.log, c.own, c.made, c.hashes = e.Log, e.Key, e.Made, e.Hashes
	case e.Head != "":
		c.heads, c.ats, c.kept = append(c.heads, e.Head), append(c.ats, e.At), append(c.kept, e.Root)
	case e.Line != nil && c.seals == nil:
		c.lines = append(c.lines, parseLine(*e.Line, e))
	case e.Row != "":
		c.ready()
		c.row(e)
	default:
		return false
	}
	return true
}

// parseLine reads "kind subject version at" and the digest below.
func parseLine(text string, e entry) line {
	l := line{text: text, salt: e.Salt, n: e.N, kept: e.Kept, tree: e.Tree}
	parts := strings.Split(text, "\n")
	if len(parts) != 4 {
		return l
	}
	l.digest = parts[2]
	if i := strings.LastIndexByte(parts[1], ' '); i > 0 {
		l.row = parts[1][:i]
		l.at, _ = strconv.ParseInt(parts[1][i+1:], 10, 64)
	}
	return l
}

// addOld takes a checkpoint that somebody kept: a file, or SIZE:ROOT.
func (c *checker) addOld(s string) error {
	if size, root, ok := strings.Cut(s, ":"); ok {
		if n, err := strconv.ParseInt(size, 10, 64); err == nil && n > 0 && len(root) >= 8 {
			c.olds = append(c.olds, head{origin: c.log, size: n, root: root, before: -1, from: s})
			return nil
		}
	}
	b, err := os.ReadFile(s)
	if err != nil {
		return err
	}
	h, _, _, err := parseHead(string(b))
	h.from = s
	c.olds = append(c.olds, h)
	return err
}

func (c *checker) check() {
	key, err := parseKey(c.trusted())
	if err != nil {
		c.bad("khóa / key: %v", err)
		return
	}
	if key.name != c.log {
		c.bad("khóa là của %s, không phải %s / the key is another log's", key.name, c.log)
	}
	heads := c.signedHeads(key)
	for _, o := range c.olds {
		if o.origin != c.log {
			c.bad("bản giữ từ trước %s là của nhật ký khác: %s / kept head of another log", o.from, o.origin)
			continue
		}
		heads = append(heads, o)
	}
	c.checkTree(heads)
	c.checkLines()
	c.checkSums()
	c.checkDraws()
	c.checkSkipped()
}

func (c *checker) trusted() string {
	if c.key != "" {
		return c.key
	}
	return c.own
}

// signedHeads are the heads of the export that the log has signed.
func (c *checker) signedHeads(key publicKey) (out []head) {
	for i, s := range c.heads {
		h, text, sigs, err := parseHead(s)
		switch {
		case err != nil:
			c.bad("đầu ký thứ %d, ghi lúc %s: không đọc được / head %d cannot be read", i+1, moment(c.ats[i]), i+1)
			continue
		case h.origin != c.log || !key.signed(text, sigs):
			c.bad("đầu ký %d dòng (%s): chữ ký không đúng / signature", h.size, moment(c.ats[i]))
			continue
		}
		if h.at != c.ats[i] {
			c.bad("đầu ký %d dòng, %s: giờ ghi trong cơ sở dữ liệu bị sửa / its time was changed", h.size, moment(h.at))
		}
		if c.kept[i] != h.root {
			c.bad("đầu ký %d dòng, %s: mã gốc ghi trong cơ sở dữ liệu bị sửa / its root was changed", h.size, moment(h.at))
		}
		if h.before != c.top.size {
			c.bad("thiếu đầu ký %d dòng, trước đầu ký %s / a head is missing", h.before, moment(h.at))
		}
		c.top = h
		out = append(out, h)
	}
	c.signed = slices.Clone(out)
	return out
}

// checkTree computes the root at every size that somebody signed or kept, and every hash that
// the database keeps of the tree.
func (c *checker) checkTree(heads []head) {
	slices.SortFunc(heads, func(a, b head) int { return cmp.Compare(a.size, b.size) })
	var r roots
	stored := int64(0)
	for _, l := range c.lines {
		if l.n < 0 {
			continue
		}
		if l.n != r.n {
			c.bad("%s, %s: thiếu hoặc thừa dòng trước dòng này, ở chỗ %d / a line is missing or doubled before it, at %d", said(l.row), moment(l.at), r.n, r.n)
			return
		}
		made := r.add(lineHash(l.text))
		stored += int64(len(made))
		if c.hashes != nil && l.tree != joinedHashes(made) {
			c.bad("%s, %s: mã lưu sẵn của cây đã bị sửa / a stored hash of the tree was changed", said(l.row), moment(l.at))
		}
		for ; len(heads) > 0 && heads[0].size == r.n; heads = heads[1:] {
			c.checkHead(heads[0], r.root())
		}
	}
	for _, h := range heads {
		c.bad("%s có %d dòng, nhật ký chỉ còn %d: đã bị lùi lại / the log was set back", h.name(), h.size, r.n)
	}
	if r.n > c.top.size {
		c.bad("%d dòng sau đầu ký cuối cùng không có chữ ký / lines after the last head", r.n-c.top.size)
	}
	if c.hashes != nil && *c.hashes != stored {
		c.bad("cây lưu %d mã, phải là %d / stored hashes of the tree are missing or too many", *c.hashes, stored)
	}
}

func joinedHashes(list []hash) string {
	var b strings.Builder
	for i, h := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]))
	}
	return b.String()
}

func (c *checker) checkHead(h head, root hash) {
	is := base64.StdEncoding.EncodeToString(root[:])
	if !strings.HasPrefix(is, h.root) {
		c.bad("%s, %d dòng: mã gốc phải là %s, đang là %s / another root", h.name(), h.size, h.root, is)
	}
}

func (h head) name() string {
	if h.from != "" {
		return "bản giữ từ trước " + h.from
	}
	return "đầu ký " + moment(h.at)
}

func digest(salt, body string) string {
	sum := sha256.Sum256([]byte(salt + "\n" + body))
	return hex.EncodeToString(sum[:])
}

func (c *checker) last() string {
	if c.top.size == 0 {
		return ""
	}
	return fmt.Sprintf("Đầu cuối / last head: %d dòng, %s, %s.", c.top.size, c.top.root, moment(c.top.at))
}

// moment is an instant as people in Vietnam write it.
func moment(ms int64) string {
	if ms == 0 {
		return "-"
	}
	return time.UnixMilli(ms).In(time.FixedZone("", 7*3600)).Format("15:04:05 02/01/2006")
}
