package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The samples are what the program wrote: TRAIL_SAMPLE=$PWD/cmd/quantriet-verify/testdata go test ./internal/overview/trail -run Verifier
// and SEALED_SAMPLE=$PWD/cmd/quantriet-verify/testdata/sealed.jsonl go test ./internal/app -run TestEverySealedKind/sqlite
func sample(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// keyOf is the key the sample was signed with, as an auditor knows it.
func keyOf(t testing.TB, b []byte) string {
	var e struct{ Key string }
	if err := json.NewDecoder(bytes.NewReader(b)).Decode(&e); err != nil {
		t.Fatal(err)
	}
	return e.Key
}

func TestPath(t *testing.T) {
	b := sample(t, "path.json")
	key := keyOf(t, b)
	var out strings.Builder
	if runPath(b, key, "", nil, &out) != 0 || !strings.Contains(out.String(), "Đảng bộ thành phố mẫu: 10 đảng viên / members, 7 đã học") {
		t.Fatal(out.String())
	}
	p, err := readPath(b)
	if err != nil {
		t.Fatal(err)
	}
	for says, change := range map[string]func(p *pathFile){
		"somebody else's":  func(p *pathFile) { p.Person = p.Campaign },
		"a better mark":    func(p *pathFile) { p.Mark = "mi1" },
		"another document": func(p *pathFile) { p.Document = p.Campaign },
		"another campaign": func(p *pathFile) { p.Campaign = p.Document },
		"a step left out":  func(p *pathFile) { p.Steps = p.Steps[1:] },
		"a step doubled":   func(p *pathFile) { p.Steps = slices.Insert(p.Steps, 0, p.Steps[0]) },
		"one more beside": func(p *pathFile) {
			o := *p.Steps[0].Other
			o.Counts = slices.Clone(o.Counts)
			o.Counts[0]++
			p.Steps[0].Other = &o
		},
		"another place in the log": func(p *pathFile) { p.Seal.N = 0 },
		"the line of another":      func(p *pathFile) { p.Seal.Text = strings.Replace(p.Seal.Text, "trail.root", "report.send", 1) },
		"a head without signature": func(p *pathFile) { p.Seal.Head, _, _ = strings.Cut(p.Seal.Head, "—") },
		"a sum that runs over": func(p *pathFile) {
			o := *p.Steps[0].Other
			o.Counts = slices.Clone(o.Counts)
			o.Counts[0] = 1<<63 - 1
			p.Steps[0].Other = &o
		},
		"fewer than nobody": func(p *pathFile) {
			o := *p.Steps[0].Other
			o.Counts = slices.Clone(o.Counts)
			o.Counts[0] = -1
			p.Steps[0].Other = &o
		},
		"a unit under another's name": func(p *pathFile) { p.Steps[len(p.Steps)-1].Name += "x" },
	} {
		c := p
		c.Steps = slices.Clone(p.Steps)
		change(&c)
		if _, err := c.follow(key); err == nil {
			t.Errorf("%s is taken", says)
		}
	}
}

// No byte of a path is free: whatever is flipped, the file is refused; nor of one with further heads.
func TestNoByteOfAPathIsFree(t *testing.T) {
	for _, name := range []string{"path.json", "papers.json"} {
		t.Run(name, func(t *testing.T) { noByteIsFree(t, sample(t, name)) })
	}
}

func noByteIsFree(t *testing.T, b []byte) {
	key := keyOf(t, b)
	bits := []byte{1, 0x20, 0x80}
	if testing.Short() {
		bits = bits[:1]
	}
	var out bytes.Buffer
	for i := range b {
		for _, bit := range bits {
			c := slices.Clone(b)
			c[i] ^= bit
			if out.Reset(); runPath(c, key, "", nil, &out) != 1 {
				t.Fatalf("byte %d (%q) may be %q: %s", i, b[i], c[i], &out)
			}
		}
		if runPath(slices.Delete(slices.Clone(b), i, i+1), key, "", nil, &out) != 1 {
			t.Fatalf("byte %d may be left out", i)
		}
	}
}

func verdict(b []byte, key string) ([]string, error) {
	c := &checker{key: key}
	if err := c.read(bytes.NewReader(b)); err != nil {
		return nil, err
	}
	c.check()
	return c.wrong, nil
}

// No byte of an export's heads, lines and rows is free: it is found or cannot be read.
func TestNoByteOfAnExportIsFree(t *testing.T) {
	b := sample(t, "log.jsonl")
	key := keyOf(t, b)
	if wrong, err := verdict(b, key); err != nil || len(wrong) > 0 {
		t.Fatal(wrong, err)
	}
	first := bytes.IndexByte(b, '\n') + 1 // the first line says whose export it is and when it was made
	step := 1
	if testing.Short() {
		step = 7
	}
	for i := first; i < len(b); i += step {
		c := slices.Clone(b)
		c[i] ^= 1
		wrong, err := verdict(c, key)
		if err == nil && len(wrong) == 0 && !sameMeaning(b, c) {
			t.Fatalf("byte %d (%q) may be %q in …%s", i, b[i], c[i], b[max(first, i-40):min(len(b), i+10)])
		}
	}
}

// sameMeaning reports whether two exports read as the same values: the reader takes names of fields in any case.
func sameMeaning(a, b []byte) bool {
	read := func(b []byte) (out []entry) {
		for l := range bytes.Lines(b) {
			var e entry
			if json.Unmarshal(l, &e) != nil {
				return nil
			}
			out = append(out, e)
		}
		return out
	}
	x, _ := json.Marshal(read(a))
	y, _ := json.Marshal(read(b))
	return bytes.Equal(x, y)
}

// A line's cached hashes, a head's size, a row's salt: each kind of damage is named with its record and time.
func TestDamageIsNamed(t *testing.T) {
	b := sample(t, "log.jsonl")
	key := keyOf(t, b)
	for _, c := range []struct{ says, old, new, want string }{
		{"a hash of the tree", `"tree":"`, `"tree":"A`, "mã lưu sẵn của cây đã bị sửa"},
		{"how many there are", `"hashes":`, `"hashes":1`, "phải là"},
		{"a sealed row", `\"Version\":1`, `\"Version\":2`, "trail.root "},
		{"its time", `"kept":`, `"kept":1`, "giờ ghi trong cơ sở dữ liệu bị sửa"},
		{"a head", `"at":`, `"at":1`, "giờ ghi trong cơ sở dữ liệu bị sửa"},
	} {
		wrong, err := verdict(bytes.Replace(b, []byte(c.old), []byte(c.new), 1), key)
		if err != nil || !strings.Contains(strings.Join(wrong, "\n"), c.want) {
			t.Errorf("%s: %v %v", c.says, wrong, err)
		}
	}
}

// A report and its tree of sums come of one moment: where they differ nothing honest explains it, whichever stands first.
func TestReportBesideItsTree(t *testing.T) {
	const report = `{"Report":"R","Version":1,"Figures":[{"Code":"members","Document":"D","Value":100},{"Code":"studied","Document":"D","Value":%s}]}`
	const tree = `{"Report":"R","Version":%s,"Roots":[{"Document":"D","Counts":[100,8,3,90,90,0,0,0,0,5,2]}]}`
	for _, c := range []struct {
		says, studied, version string
		wrong                  int
	}{{"the same", "90", "1", 0}, {"more reported than the tree has", "99", "1", 1}, {"less", "89", "1", 1}, {"a tree of another version", "99", "2", 0}} {
		for _, first := range []string{"report.send", "trail.root"} {
			ck := checker{books: books{reports: map[string]map[string]int64{}}}
			l := &line{row: "trail.root T 1", at: 1}
			r, tr := entry{Body: fmt.Sprintf(report, c.studied)}, entry{Body: fmt.Sprintf(tree, c.version)}
			if first == "report.send" {
				ck.keepReport(r)
				ck.checkTrail(tr, l)
			} else {
				ck.checkTrail(tr, l)
				ck.keepReport(r)
			}
			if ck.checkSums(); len(ck.wrong) != c.wrong || len(ck.notes) != 0 {
				t.Errorf("%s, %s first: %v %v", c.says, first, ck.wrong, ck.notes)
			}
		}
	}
}

func TestIncluded(t *testing.T) {
	// against the roots that one pass over all lines makes
	for size := int64(1); size < 20; size++ {
		for n := range size {
			var lines []hash
			for i := range size {
				lines = append(lines, lineHash(string(rune('a'+i))))
			}
			root, proof := prove(lines, n)
			if got, err := included(lines[n], n, size, proof); err != nil || got != root {
				t.Fatal(n, size, err)
			}
			if len(proof) > 0 {
				if got, err := included(lines[n], n, size, proof[1:]); err == nil && got == root {
					t.Fatal("a shorter proof passes")
				}
			}
			if got, err := included(lines[n], n, size, append(proof, base64Hash{})); err == nil && got == root {
				t.Fatal("a longer proof passes")
			}
		}
	}
}

// Of every two sizes the larger log goes on from the smaller, by its proof alone.
func TestConsistent(t *testing.T) {
	var lines []hash
	for i := range 20 {
		lines = append(lines, lineHash(string(rune('a'+i))))
	}
	root := func(n int) hash { h, _ := prove(lines[:n], 0); return h }
	for size := 1; size <= len(lines); size++ {
		for old := 1; old <= size; old++ {
			proof := goingOn(lines[:size], old, true)
			if !consistent(root(old), root(size), int64(old), int64(size), proof) {
				t.Fatal(old, size, "is refused")
			}
			if consistent(lineHash("other"), root(size), int64(old), int64(size), proof) || consistent(root(old), lineHash("other"), int64(old), int64(size), proof) {
				t.Fatal(old, size, "another root passes")
			}
			if consistent(root(old), root(size), int64(old), int64(size), append(slices.Clone(proof), base64Hash{})) || len(proof) > 0 && consistent(root(old), root(size), int64(old), int64(size), proof[1:]) {
				t.Fatal(old, size, "a longer or shorter proof passes")
			}
			for i := range proof {
				other := slices.Clone(proof)
				if other[i][0] ^= 1; consistent(root(old), root(size), int64(old), int64(size), other) {
					t.Fatal(old, size, "another proof passes")
				}
			}
		}
	}
	if consistent(root(1), root(1), 0, 1, nil) || consistent(root(2), root(1), 2, 1, nil) {
		t.Error("no lines, or more than there are")
	}
}

// goingOn makes a consistency proof by the definition of RFC 6962.
func goingOn(lines []hash, old int, whole bool) []base64Hash {
	all, _ := prove(lines, 0)
	if old == len(lines) {
		if whole {
			return nil
		}
		return []base64Hash{base64Hash(all)}
	}
	k := 1
	for 2*k < len(lines) {
		k *= 2
	}
	left, _ := prove(lines[:k], 0)
	right, _ := prove(lines[k:], 0)
	if old <= k {
		return append(goingOn(lines[:k], old, whole), base64Hash(right))
	}
	return append(goingOn(lines[k:], old-k, false), base64Hash(left))
}

// prove makes a proof by the definition of RFC 6962.
func prove(lines []hash, n int64) (hash, []base64Hash) {
	if len(lines) == 1 {
		return lines[0], nil
	}
	k := int64(1)
	for 2*k < int64(len(lines)) {
		k *= 2
	}
	left, right := lines[:k], lines[k:]
	if n < k {
		l, p := prove(left, n)
		r, _ := prove(right, 0)
		return pair(l, r), append(p, base64Hash(r))
	}
	l, _ := prove(left, 0)
	r, p := prove(right, n-k)
	return pair(l, r), append(p, base64Hash(l))
}

// A draw that was committed to is computed anew: nobody can be put in or left out, and no other
// head chosen.
func TestDraws(t *testing.T) {
	secret, root := []byte("mã bí mật mẫu"), "AAAA"
	commit := []string{"quantriet recheck commit 1", "report 1 1", "stratum u1 1 40 9 4 1 x", "stratum u2 0 7 0 2 0 x", "stratum u3 2 3 0 3 0 x"}
	want := picks(secret, root, commit)
	if len(want) < 8 || slices.Equal(want, picks(secret, "AAAB", commit)) || slices.Equal(want, picks([]byte("khác"), root, commit)) {
		t.Fatal(want)
	}
	if n := len(picks(secret, root, []string{"stratum u1 1 5 0 99 0 x"})); n != 5 {
		t.Error("more are asked than there are:", n)
	}
}

// A draw with a witness: what the witness signed decides with the head, and it can be neither another signature
// nor left out; who never answered is said. The sample: DRAW_SAMPLE=$PWD/cmd/quantriet-verify/testdata go test ./internal/overview/recheck -run Witness
func TestWitnessedDraw(t *testing.T) {
	b := sample(t, "draw.jsonl")
	look := func() *checker {
		c := &checker{key: keyOf(t, b)}
		if err := c.read(bytes.NewReader(b)); err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := look()
	if c.check(); len(c.drawn) != 2 || !strings.Contains(strings.Join(c.notes, "\n"), "không có chữ ký của nơi làm chứng quantriet-ban") {
		t.Fatal(c.wrong, c.notes)
	}
	for _, w := range c.wrong {
		if !strings.HasPrefix(w, "report.") && !strings.HasPrefix(w, "recheck.other ") { // whose rows this export has not
			t.Error(w)
		}
	}
	signed, without := c.draws[c.drawn[0]], c.draws[c.drawn[1]]
	sig := find(signed.drawn, "cosigned")
	for says, change := range map[string]func(d *draw){
		"another signature": func(d *draw) { d.drawn[slices.Index(d.drawn, sig)] = sig[:len(sig)-8] + "AAAAAAA=" },
		"left out":          func(d *draw) { d.drawn[slices.Index(d.drawn, sig)] = "without quantriet-ban" },
		"taken away":        func(d *draw) { d.drawn = slices.DeleteFunc(d.drawn, func(l string) bool { return l == sig }) },
		"twice":             func(d *draw) { d.drawn = append(d.drawn, sig) },
		"not committed to": func(d *draw) {
			d.commit = slices.DeleteFunc(d.commit, func(l string) bool { return strings.HasPrefix(l, "witness ") })
		},
		"somebody else drawn": func(d *draw) { d.drawn[len(d.drawn)-1] = "person x studied 0 x" },
	} {
		d := *signed
		d.commit, d.drawn = slices.Clone(d.commit), slices.Clone(d.drawn)
		if change(&d); c.checkDraw(&d) == "" {
			t.Errorf("%s: taken", says)
		}
	}
	if why := c.checkDraw(signed); why != "" {
		t.Error(why)
	}
	early := *without.at["recheck.draw"]
	early.at -= 2 * 3600_000
	without.at["recheck.draw"] = &early
	if c.checkDraw(without) == "" {
		t.Error("drawn without the witness before six hours were over")
	}
}

// A commitment is no draw, and a draw whose secret stays hidden is none in the end.
func TestSkippedDraws(t *testing.T) {
	commit := func(unit string) []string {
		return []string{"report R 1", "unit " + unit, "asker A", "stratum " + unit + " 1 100 0 5 0 x"}
	}
	drawn := []string{"head 3 x", "closes 5000"}
	for _, c := range []struct {
		says  string
		d     draw
		kind  string
		made  int64
		wrong string
	}{
		{"committed, drawn and shown", draw{commit: commit("U"), drawn: drawn, reveal: []string{"secret x"}}, "report.accept", 9 * day, ""},
		{"the secret is not due yet", draw{commit: commit("U"), drawn: drawn}, "report.accept", 5000 + day - 1, ""},
		{"the secret is never shown", draw{commit: commit("U"), drawn: drawn}, "report.accept", 5000 + day, "secret was not shown"},
		{"committed and never drawn", draw{commit: commit("U")}, "report.accept", 9 * day, "nobody was drawn"},
		{"of the owner's report, too", draw{commit: commit("A")}, "report.send", 9 * day, "nobody was drawn"},
		{"on the day itself nothing is late", draw{commit: commit("A")}, "report.send", day - 1, ""},
	} {
		l := &line{row: c.kind + " R 1"}
		c.d.at = map[string]*line{"recheck.draw": {row: "recheck.draw D 1"}}
		ch := &checker{made: c.made, lines: []line{*l}, seals: map[string]*line{l.row: l}}
		ch.draws, ch.drawn = map[string]*draw{"D 1": &c.d}, []string{"D 1"}
		ch.checkSkipped()
		if got := strings.Join(ch.wrong, "\n"); (c.wrong == "") != (got == "") || !strings.Contains(got, c.wrong) || len(ch.wrong) > 1 {
			t.Errorf("%s: %q", c.says, got)
		}
	}
}

func TestHowManyAreAsked(t *testing.T) {
	for l, good := range map[string]bool{
		"stratum U 1 100 0 5 0 x": true, "stratum U 1 100 0 0 0 x": false, "stratum U 1 100 0 6 0 x": false, "stratum U 3 100 0 15 0 x": true, "stratum U 0 100 0 5 0 x": true,
		"stratum U 1 2 0 1 0 x": true, "stratum U 4 3 0 3 0 x": true, "stratum U 1 60 40 4 2 x": true, "stratum U 1 60 40 4 0 x": false, "stratum U 1 0 0 0 0 x": true,
		"stratum U 1 -1 0 0 0 x": false, "stratum U 1 y 0 0 0 x": false,
	} {
		if why := checkSizes([]string{l}); (why == "") != good {
			t.Errorf("%s: %q", l, why)
		}
	}
}

// A printed head of another size says nothing against a true record; one of the same size must be the same.
func TestPathBesideAnOldHead(t *testing.T) {
	b := sample(t, "path.json")
	w := mustFollow(t, b)
	same := fmt.Sprintf("%d:%s", w.head.size, w.head.root[:8])
	apart := fmt.Sprintf("%d:ab12cd34", w.head.size+1)
	for _, c := range []struct {
		olds []string
		code int
		says string
	}{
		{[]string{same}, 0, "ĐÚNG / TRUE"},
		{[]string{apart}, 2, "CHƯA SO ĐƯỢC / NOT COMPARED"},
		{[]string{same, apart}, 2, "ĐÚNG / TRUE"},
		{[]string{fmt.Sprintf("%d:ab12cd34", w.head.size)}, 1, "KHÔNG ĐÚNG"},
		{[]string{apart, fmt.Sprintf("%d:ab12cd34", w.head.size)}, 1, "KHÔNG ĐÚNG"},
	} {
		var out strings.Builder
		code := runPath(b, keyOf(t, b), "", c.olds, &out)
		if code != c.code || !strings.Contains(out.String(), c.says) || code == 2 && strings.Contains(out.String(), "KHÔNG ĐÚNG") {
			t.Errorf("%v: %d\n%s", c.olds, code, out.String())
		}
	}
}

func mustFollow(t *testing.T, b []byte) way {
	t.Helper()
	p, err := readPath(b)
	if err != nil {
		t.Fatal(err)
	}
	w, err := p.follow(keyOf(t, b))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// A head that decides no draw has a witness's signature under the log's own. It doesn't stand for that one, nor
// for any other text.
func TestWitnessedHead(t *testing.T) {
	b, name := sample(t, "sealed.jsonl"), "quantriet-nhan-chung"
	c := &checker{}
	if err := c.read(bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(c.heads, func(h string) bool { return strings.Contains(h, "— "+name+" ") })
	if i < 0 {
		t.Fatal("no head has a witness")
	}
	text, sigs, _ := strings.Cut(c.heads[i], "\n\n")
	own, line, _ := strings.Cut(sigs, "\n")
	sig := strings.TrimSuffix(strings.TrimPrefix(line, "— "+name+" "), "\n")
	raw, err := base64.StdEncoding.DecodeString(sig)
	if err != nil || len(raw) < 12 {
		t.Fatal(sig, err)
	}
	w := witness{name, binary.BigEndian.Uint32(raw), ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)).Public().(ed25519.PublicKey)}
	if at, ok := w.when(text+"\n", sig); !ok || at < c.ats[i] {
		t.Errorf("signed at %d a head of %d, %t", at, c.ats[i], ok)
	}
	for _, other := range []string{text, text + "\n\n", strings.Replace(text, "\nprevious ", "\nprevious 1", 1) + "\n"} {
		if _, ok := w.when(other, sig); ok {
			t.Errorf("the witness signed %q", other)
		}
	}
	key := keyOf(t, b)
	for says, head := range map[string]string{
		"without the log's own signature":    text + "\n\n" + line,
		"with the witness's under its name":  text + "\n\n" + strings.Replace(line, name, c.log, 1),
		"with the log's under the witness's": text + "\n\n" + strings.Replace(own, c.log, name, 1) + "\n" + line,
		"of another log":                     "x" + text + "\n\n" + sigs,
	} {
		bad := bytes.Replace(b, quoted(t, c.heads[i]), quoted(t, head), 1)
		if bytes.Equal(b, bad) {
			t.Fatalf("%s: nothing changed", says)
		}
		if wrong, err := verdict(bad, key); err != nil || len(wrong) == 0 {
			t.Errorf("a head %s is taken: %v", says, err)
		}
	}
}

// quoted is a text as the export has it.
func quoted(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	if err := to.Encode(s); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(b.Bytes())
}

var write = flag.Bool("write", false, "write the sample of a tampered log into docs/")

// What the auditor reads about a copy that was tampered with stands in docs/, and is kept true here.
func TestTamperedSample(t *testing.T) {
	b := sample(t, "sealed.jsonl")
	if wrong, err := verdict(b, keyOf(t, b)); err != nil || len(wrong) > 0 {
		t.Fatal(wrong, err)
	}
	for _, c := range [][2]string{
		{`\"Code\":\"studied\",\"Document\":\"00000000005VG\",\"Computed\":7,\"Value\":7`, `\"Code\":\"studied\",\"Document\":\"00000000005VG\",\"Computed\":9,\"Value\":9`},
		{`\"State\":\"declined\"`, `\"State\":\"upheld\"`},
		{`\"Counts\":[9,0,0,7,`, `\"Counts\":[9,0,0,9,`},
		{`\"State\":\"rejected\"`, `\"State\":\"upheld\"`},
		{`"kept":`, `"kept":1`}, {`"tree":"`, `"tree":"x`},
	} {
		if !bytes.Contains(b, []byte(c[0])) {
			t.Errorf("the sample has no %s", c[0])
		}
		b = bytes.Replace(b, []byte(c[0]), []byte(c[1]), 1)
	}
	answer := regexp.MustCompile(`answer [0-9A-Z]{13} studied [0-9]`).FindIndex(b)
	if answer == nil {
		t.Fatal("nobody answered")
	}
	b[answer[1]-1] ^= 1
	var left []byte // a remark is taken away
	for l := range bytes.Lines(b) {
		if !bytes.HasPrefix(l, []byte(`{"row":"report.remark"`)) {
			left = append(left, l...)
		}
	}
	b = left
	file := filepath.Join(t.TempDir(), "nhat-ky.jsonl")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	if code := run([]string{"-key", keyOf(t, b), "-old", "60:ab12cd34", file}, &out, &errs); code != 1 {
		t.Fatal(code, out.String(), errs.String())
	}
	const golden = "../../docs/verify-tampered.txt"
	got := "$ quantriet-verify -key … -old 60:ab12cd34 nhat-ky.jsonl\n" + out.String()
	if *write {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || string(want) != got {
		t.Errorf("docs/verify-tampered.txt is not what the program says; go test ./cmd/quantriet-verify -write\n%s", got)
	}
}

func FuzzPath(f *testing.F) {
	b := sample(f, "path.json")
	key := keyOf(f, b)
	f.Add(b)
	f.Fuzz(func(t *testing.T, c []byte) {
		var out bytes.Buffer
		if runPath(c, key, "", nil, &out) == 0 && !bytes.Equal(b, c) {
			t.Errorf("another file is taken: %s", c)
		}
	})
}

func FuzzExport(f *testing.F) {
	b := sample(f, "log.jsonl")
	key := keyOf(f, b)
	f.Add(b)
	f.Fuzz(func(t *testing.T, c []byte) { _, _ = verdict(c, key) })
}

func FuzzHead(f *testing.F) {
	f.Add("a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— a AAAA\n")
	f.Fuzz(func(t *testing.T, s string) {
		if h, text, _, err := parseHead(s); err == nil && (h.size < 0 || !strings.HasPrefix(s, text)) {
			t.Errorf("%q reads as %+v", s, h)
		}
		_, _ = parseKey(s)
		_, _ = markCounts(s)
	})
}
