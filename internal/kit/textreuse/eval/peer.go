package eval

import (
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// peer is another tool.
type peer struct {
	name     string
	missing  string // how to get it when it is not there
	settings []string
	leasts   []int // fingerprints of a finding, to choose from
	find     func(b *bout, fold int, setting string) ([]finding, error)
}

// meet prints a row for each kind of help, set as it does best on the other texts.
func (b *bout) meet(p peer, other *bout) error {
	for fold, kind := range []string{"plain", "folded"} {
		type choice struct {
			setting string
			least   int
			plagdet float64
		}
		best := [2]choice{{plagdet: -1}, {plagdet: -1}}
		for _, setting := range p.settings {
			fs, err := p.find(other, fold, setting)
			if err != nil {
				return err
			}
			for help := range best {
				for _, least := range p.leasts {
					if is := other.rate(other.judge(fold, fs, help == 1, least)).plagdet; is > best[help].plagdet {
						best[help] = choice{setting, least, is}
					}
				}
			}
		}
		for help, c := range best {
			start := time.Now()
			fs, err := p.find(b, fold, c.setting)
			if err != nil {
				return err
			}
			took := time.Since(start)
			b.row(fmt.Sprintf("%s %s, at least %d, %s%s", p.name, c.setting, c.least, kind, []string{"", ", exempt"}[help]), b.judge(fold, fs, help == 1, c.least), took)
		}
	}
	return nil
}

var simLine = regexp.MustCompile(`q(\d+)\.\w+: line (\d+)-(\d+)\s*\|\S*s(\d+)\.\w+: line (\d+)-(\d+)`)

// similarityTester is sim_text; its setting is the least run of words.
func similarityTester() peer {
	p := peer{name: "sim_text -r", settings: []string{"6", "8", "10", "12", "16", "20", "24"}, leasts: []int{1}}
	tool, err := exec.LookPath("sim_text")
	if err != nil {
		p.missing = "similarity-tester is MISSING: apt-get install similarity-tester"
	}
	p.find = func(b *bout, fold int, run string) (fs []finding, err error) {
		args := append([]string{"-n", "-S", "-T", "-w300", "-r" + run}, b.paths[fold][:len(b.texts)]...)
		raw, err := exec.Command(tool, append(append(args, "/"), b.paths[fold][len(b.texts):]...)...).Output()
		for _, m := range simLine.FindAllSubmatch(raw, -1) {
			fs = append(fs, finding{num(m[1]), num(m[4]), num(m[2]) - 1, num(m[3]) - 1, num(m[5]) - 1, num(m[6]) - 1, 1})
		}
		return fs, err
	}
	return p
}

func num(b []byte) int {
	n, _ := strconv.Atoi(string(b))
	return n
}

//go:embed compare.mjs
var driver []byte

// dolosAt is Dolos; its setting is the unit, the length of a gram and the window. 23 and 17
// characters are what its own text mode takes.
func dolosAt(folder string) peer {
	p := peer{name: "Dolos", settings: []string{"words 6 4", "words 8 5", "words 10 6", "words 12 8", "chars 23 17", "chars 32 20", "chars 45 25"}, leasts: []int{1, 2, 3, 5, 8, 12, 20, 32}}
	folder = filepath.Join(folder, "node_modules", "@dodona", "dolos-core")
	if _, err := os.Stat(folder); err != nil {
		p.missing = "Dolos is MISSING: npm install @dodona/dolos-core in a folder of yours and name it with --dolos"
	}
	p.find = func(b *bout, fold int, setting string) (fs []finding, err error) {
		script := filepath.Join(b.dir, "compare.mjs")
		if err := os.WriteFile(script, driver, 0o600); err != nil {
			return nil, err
		}
		args := append(append([]string{"--max-old-space-size=6000", script, folder}, strings.Fields(setting)...), strconv.Itoa(len(b.texts)))
		raw, err := exec.Command("node", append(args, b.paths[fold]...)...).Output()
		for lines := bufio.NewScanner(bytes.NewReader(raw)); lines.Scan(); {
			var f finding
			if n, _ := fmt.Sscan(lines.Text(), &f.q, &f.s, &f.qFrom, &f.qTo, &f.sFrom, &f.sTo, &f.prints); n == 7 {
				fs = append(fs, f)
			}
		}
		return fs, err
	}
	return p
}
