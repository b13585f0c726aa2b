package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// pathFile is one person's way from their own record to the figure at the top.
type pathFile struct {
	Path     string `json:"path"`
	Log      string `json:"log"`
	Key      string `json:"key"`
	Campaign string `json:"campaign"`
	Document string `json:"document"`
	Person   string `json:"person"`
	Mark     string `json:"mark"`
	Salt     string `json:"salt"`
	Steps    []step `json:"steps"`
	Root     sum    `json:"root"`
	Seal     stand  `json:"seal"`

	Heads []beside `json:"heads,omitempty"`
}

// beside is another head of the same log, and the proof that the larger of the two goes on from the smaller.
type beside struct {
	Head  string       `json:"head"`
	Proof []base64Hash `json:"proof"`
}

type step struct {
	Name  string `json:"name,omitempty"`
	Left  bool   `json:"left,omitempty"`
	Other *sum   `json:"other,omitempty"`
}

// stand is the place of a line in the log.
type stand struct {
	Text  string       `json:"text"`
	Salt  string       `json:"salt"`
	Body  string       `json:"body"`
	N     int64        `json:"n"`
	Proof []base64Hash `json:"proof"`
	Head  string       `json:"head"`
}

// sealedRoot is what the log seals of a tree of sums.
type sealedRoot struct {
	Trail, Campaign, Unit, Report string
	Version, At                   int64
	Roots                         []struct {
		Document string
		Hash     base64Hash
		Counts   []int64
	}
	Wrong []string `json:",omitempty"`
}

// readPath reads the file in its one form: whatever could be written otherwise is refused.
func readPath(b []byte) (p pathFile, err error) {
	in := json.NewDecoder(bytes.NewReader(b))
	in.DisallowUnknownFields()
	if err := in.Decode(&p); err != nil {
		return p, errors.New("tệp không đọc được / the file cannot be read")
	}
	var again bytes.Buffer
	to := json.NewEncoder(&again)
	to.SetEscapeHTML(false)
	to.SetIndent("", " ")
	if err := to.Encode(p); err != nil || !bytes.Equal(again.Bytes(), b) || p.Path != "quantriet path 1" {
		return p, errors.New("tệp đã bị sửa, hoặc không phải tệp đường đi / the file was changed, or is none")
	}
	return p, nil
}

// way is a path that was followed.
type way struct {
	pathFile
	sums []sum    // after each unit
	at   []string // units
	head head
	more []head // beside it
}

// follow checks everything that the file says against itself and the key.
func (p pathFile) follow(trusted string) (w way, err error) {
	w.pathFile = p
	counts, err := markCounts(p.Mark)
	if err != nil {
		return w, err
	}
	now := leafOf("quantriet leaf 1\n"+p.Campaign+" "+p.Document+" "+p.Person+" "+p.Mark+"\n"+p.Salt+"\n", counts)
	for _, s := range p.Steps {
		switch {
		case s.Other == nil && s.Name != "" && !s.Left:
			now = named(s.Name, now)
			w.sums, w.at = append(w.sums, now), append(w.at, s.Name)
		case s.Other == nil || s.Name != "":
			err = errors.New("một bước không hợp lệ / a step that is none")
		case s.Left:
			now, err = joined(*s.Other, now)
		default:
			now, err = joined(now, *s.Other)
		}
		if err != nil {
			return w, err
		}
	}
	if now.Hash != p.Root.Hash || !slices.Equal(now.Counts, p.Root.Counts) {
		return w, errors.New("cộng từng bước không ra mã gốc / the steps do not lead to the root")
	}
	if err := p.sealed(); err != nil {
		return w, err
	}
	if w.head, err = p.Seal.check(p.Log, trusted); err != nil {
		return w, err
	}
	for _, b := range p.Heads {
		h, err := signedHead(b.Head, p.Log, trusted)
		if err != nil {
			return w, err
		}
		if err := goesOn(w.head, h, b.Proof); err != nil {
			return w, err
		}
		w.more = append(w.more, h)
	}
	return w, nil
}

// goesOn tells whether the larger of two heads goes on from the smaller.
func goesOn(a, b head, proof []base64Hash) error {
	if a.size > b.size {
		a, b = b, a
	}
	var from, to base64Hash
	if from.UnmarshalJSON([]byte(`"`+a.root+`"`)) != nil || to.UnmarshalJSON([]byte(`"`+b.root+`"`)) != nil || !consistent(hash(from), hash(to), a.size, b.size, proof) {
		return errors.New("hai đầu nhật ký không cùng một nhật ký / two heads are not of one log")
	}
	return nil
}

// sealed tells whether the root is the one that was sealed for this campaign and document.
func (p pathFile) sealed() error {
	var r sealedRoot
	in := json.NewDecoder(strings.NewReader(p.Seal.Body))
	in.DisallowUnknownFields()
	if in.Decode(&r) != nil || r.Campaign != p.Campaign || len(r.Wrong) > 0 {
		return errors.New("phần niêm phong không phải của đợt này / what was sealed is of another campaign")
	}
	if !strings.HasPrefix(p.Seal.Text, fmt.Sprintf("quantriet line 1\ntrail.root %s %d ", r.Trail, r.Version)) {
		return errors.New("dòng nhật ký không phải của cây này / the line seals something else")
	}
	for _, t := range r.Roots {
		if t.Document == p.Document {
			if t.Hash != p.Root.Hash || !slices.Equal(t.Counts, p.Root.Counts) {
				return errors.New("mã gốc khác mã đã niêm phong / another root than was sealed")
			}
			return nil
		}
	}
	return errors.New("tài liệu này không được niêm phong / the document was not sealed")
}

// check tells whether the line seals the body and stands in a head that the log signed.
func (s stand) check(log, trusted string) (h head, err error) {
	parts := strings.Split(s.Text, "\n")
	if len(parts) != 4 || parts[2] != digest(s.Salt, s.Body) {
		return h, errors.New("dòng nhật ký không niêm phong nội dung này / the line does not seal this")
	}
	if h, err = signedHead(s.Head, log, trusted); err != nil {
		return h, err
	}
	root, err := included(lineHash(s.Text), s.N, h.size, s.Proof)
	if err != nil || base64.StdEncoding.EncodeToString(root[:]) != h.root {
		return h, errors.New("dòng không có trong nhật ký đã ký / the line is not in the signed log")
	}
	return h, nil
}

// signedHead reads a head that the log alone has signed.
func signedHead(signed, log, trusted string) (h head, err error) {
	key, err := parseKey(trusted)
	if err != nil {
		return h, err
	}
	h, text, signatures, err := parseHead(signed)
	if err != nil {
		return h, errors.New("đầu nhật ký không đọc được / the head cannot be read")
	}
	if key.name != log || h.origin != log || len(signatures) != 1 || !key.signed(text, signatures) {
		return h, errors.New("đầu nhật ký không phải do khóa này ký / the head is not signed by this key")
	}
	return h, nil
}

// consistent tells whether a log of size lines under root now begins with the old lines under root was (RFC 9162, 2.1.4.2).
func consistent(was, now hash, old, size int64, proof []base64Hash) bool {
	if old < 1 || old > size {
		return false
	}
	if old == size {
		return len(proof) == 0 && was == now
	}
	if old&(old-1) == 0 { // a full tree is its own first hash
		proof = append([]base64Hash{base64Hash(was)}, proof...)
	}
	if len(proof) == 0 {
		return false
	}
	n, last := old-1, size-1
	for n&1 == 1 {
		n, last = n>>1, last>>1
	}
	a, b := hash(proof[0]), hash(proof[0])
	for _, p := range proof[1:] {
		if last == 0 {
			return false
		}
		if n&1 == 1 || n == last {
			a, b = pair(hash(p), a), pair(hash(p), b)
			for n&1 == 0 && n != 0 {
				n, last = n>>1, last>>1
			}
		} else {
			b = pair(b, hash(p))
		}
		n, last = n>>1, last>>1
	}
	return last == 0 && a == was && b == now
}

// included computes the root of a log of size lines from its nth line and the hashes beside
// the way up (RFC 9162, 2.1.3.2).
func included(h hash, n, size int64, proof []base64Hash) (hash, error) {
	if n < 0 || n >= size {
		return h, errors.New("not in the log")
	}
	last := size - 1
	for _, p := range proof {
		if last == 0 {
			return h, errors.New("a proof too long")
		}
		if n&1 == 1 || n == last {
			h = pair(hash(p), h)
			for n&1 == 0 && n != 0 {
				n, last = n>>1, last>>1
			}
		} else {
			h = pair(h, hash(p))
		}
		n, last = n>>1, last>>1
	}
	if last != 0 {
		return h, errors.New("a proof too short")
	}
	return h, nil
}

// kept compares the way with what somebody kept: the root of the tree, and heads of the log. A head of another
// size than the file holds says nothing against it: it's counted apart.
func (w way) kept(root string, olds []string) (apart []string, err error) {
	if is := base64.StdEncoding.EncodeToString(w.Root.Hash[:]); root != "" && (len(root) < 8 || !strings.HasPrefix(is, root)) {
		return nil, fmt.Errorf("mã gốc là %s, không phải %s / another root than yours", is, root)
	}
	for _, o := range olds {
		c := checker{log: w.Log}
		if err := c.addOld(o); err != nil {
			return nil, err
		}
		old := c.olds[0]
		is := slices.IndexFunc(w.more, func(h head) bool { return h.size == old.size })
		switch {
		case old.origin != w.Log:
			return nil, errors.New("bản giữ là của nhật ký khác / your head is another log's")
		case is >= 0 && !strings.HasPrefix(w.more[is].root, old.root):
			return nil, errors.New("bản giữ không khớp / your head is another one")
		case is >= 0:
		case old.size != w.head.size:
			apart = append(apart, fmt.Sprintf("không so được với bản giữ %s dòng, vì tệp này theo đầu %s dòng: hãy đối chiếu bản giữ ở trang Nhật ký / your head is of another size and cannot be compared with this file",
				dots(old.size), dots(w.head.size)))
		case !strings.HasPrefix(w.head.root, old.root):
			return nil, errors.New("bản giữ không khớp / your head is another one")
		}
	}
	return apart, nil
}

func (w way) print(out io.Writer, ownKey bool) {
	fmt.Fprintf(out, "Hồ sơ / record: %s, được tính là / counted as %s\n", w.Person, w.Mark)
	for i, s := range w.sums {
		_, name, _ := strings.Cut(w.at[i], " ")
		fmt.Fprintf(out, "  %s: %s đảng viên / members, %s đã học / studied (E1–E5: %s), %s được miễn / exempt\n",
			name, dots(s.Counts[0]), dots(s.Counts[3]), grades(s.Counts), dots(s.Counts[1]))
	}
	if ownKey {
		fmt.Fprintln(out, "Lưu ý: dùng khóa có trong tệp; muốn chắc, cho biết khóa bằng -key. / The key of the file itself was used.")
	}
	fmt.Fprintf(out, "Mã gốc của cây / root of the tree: %s\n", base64.StdEncoding.EncodeToString(w.Root.Hash[:]))
	fmt.Fprintf(out, "Đầu nhật ký / head of the log: %d dòng, %s, %s\n", w.head.size, w.head.root, moment(w.head.at))
	fmt.Fprintln(out, "ĐÚNG / TRUE: hồ sơ này nằm trong tổng của mỗi cấp, và tổng đã được niêm phong. / It is part of every total, and the total was sealed.")
}

func grades(counts []int64) string {
	var s []string
	for _, n := range counts[4:9] {
		s = append(s, dots(n))
	}
	return strings.Join(s, " + ")
}

// dots is a number as it is written in Vietnam: 1.930.000.
func dots(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}

// runPath follows the path in b. It answers like run.
func runPath(b []byte, key, root string, olds []string, out io.Writer) int {
	p, err := readPath(b)
	var w way
	var apart []string
	if err == nil {
		trusted := key
		if trusted == "" {
			trusted = p.Key
		}
		if p.Key != trusted {
			err = errors.New("khóa trong tệp không phải khóa đồng chí tin / the file names another key")
		} else if w, err = p.follow(trusted); err == nil {
			apart, err = w.kept(root, olds)
		}
	}
	if err != nil {
		fmt.Fprintln(out, "SAI / WRONG:", err)
		fmt.Fprintln(out, "KHÔNG ĐÚNG / NOT TRUE")
		return 1
	}
	w.print(out, key == "")
	for _, a := range apart {
		fmt.Fprintln(out, "CHƯA SO ĐƯỢC / NOT COMPARED:", a)
	}
	if len(apart) > 0 {
		return 2
	}
	return 0
}
