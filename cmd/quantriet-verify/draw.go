package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// draw is a back-check: what was committed to before the head was known that decides it, who
// was drawn, and the secret that was shown afterwards.
type draw struct {
	commit, drawn, reveal []string // lines of the rows
	at                    map[string]*line
}

func (c *checker) keepDraw(e entry, l *line) {
	key := fmt.Sprintf("%s %d", e.Subject, e.Version)
	d := c.draws[key]
	if d == nil {
		d = &draw{at: map[string]*line{}}
		c.draws[key] = d
		c.drawn = append(c.drawn, key)
	}
	lines := strings.Split(strings.TrimSuffix(e.Body, "\n"), "\n")
	d.at[e.Row] = l
	switch e.Row {
	case "recheck.commit":
		d.commit = lines
	case "recheck.draw":
		d.drawn = lines
	case "recheck.reveal":
		d.reveal = lines
	}
}

// checkDraws computes every draw anew whose secret was shown.
func (c *checker) checkDraws() {
	for _, key := range c.drawn {
		d := c.draws[key]
		if d.drawn == nil {
			continue
		}
		l := d.at["recheck.draw"]
		if d.commit == nil {
			c.bad("%s, %s: rút thăm không có cam kết trước / drawn without a commitment", said(l.row), moment(l.at))
			continue
		}
		if why := c.checkDraw(d); why != "" {
			c.bad("%s, %s: %s", said(l.row), moment(l.at), why)
		}
	}
}

func (c *checker) checkDraw(d *draw) string {
	size, root := headOf(d.drawn)
	if why := c.decides(d, size, root); why != "" {
		return why
	}
	if why := c.checkWitnesses(d); why != "" {
		return why
	}
	if why := checkSizes(d.commit); why != "" {
		return why
	}
	if d.reveal == nil {
		return "" // the secret is not shown yet
	}
	secret, err := hex.DecodeString(word(d.reveal, "secret", 1))
	sum := sha256.Sum256(secret)
	if err != nil || hex.EncodeToString(sum[:]) != word(d.commit, "secret", 1) {
		return "mã bí mật mở ra không phải mã bí mật đã cam kết / the secret shown is not the one committed to"
	}
	want, got := picks(secret, lot(root, d.drawn), d.commit), places(d.drawn)
	if !slices.Equal(want, got) {
		return "người được rút không phải do mã bí mật và mã gốc quyết định / others were drawn than the secret and the head decide"
	}
	return ""
}

// checkSizes holds how many are asked of each unit against what its numbers demand: half the root of
// those who studied, by the weight of the unit, and a quarter as many of the others. A weight of 0 is of
// a unit that was asked already that year: half of them, by lot, are not asked again.
func checkSizes(commit []string) string {
	for _, l := range commit {
		w := strings.Split(l, " ")
		if w[0] != "stratum" || len(w) != 8 {
			continue
		}
		var n [5]int64 // weight, studied, missed, asked of either
		for i := range n {
			v, err := strconv.ParseInt(w[2+i], 10, 64)
			if err != nil || v < 0 {
				return fmt.Sprintf("đơn vị %s: số không đọc được / numbers of unit %s are none", w[1], w[1])
			}
			n[i] = v
		}
		if n[3] != asked(n[1], n[0]) || n[4] != min(n[2], (asked(n[1]+n[2], n[0])+3)/4) {
			return fmt.Sprintf("đơn vị %s: số người được hỏi không đúng cách tính / unit %s: not as many are asked as its numbers demand", w[1], w[1])
		}
	}
	return ""
}

// asked is how many of n people are asked.
func asked(n, weight int64) int64 {
	if n <= 0 {
		return 0
	}
	return min(n, int64(math.Ceil(math.Sqrt(float64(n))/2))*max(weight, 1))
}

// decides tells whether the head is the first one that was signed after the commitment and
// after the acceptance of the report, so that nobody could choose it.
func (c *checker) decides(d *draw, size int64, root string) string {
	after := d.at["recheck.commit"].n
	if l := c.seals[d.closing()]; l != nil {
		after = max(after, l.n)
	}
	for _, h := range c.signed {
		if h.size > after {
			if h.size != size || h.root != root {
				return "đầu quyết định không phải đầu ký đầu tiên sau cam kết / decided by another head than the first after the commitment"
			}
			return ""
		}
	}
	return "đầu quyết định không có trong nhật ký / decided by a head that is not in the log"
}

// closing is the row that closed the report: its acceptance, or at the owner its sending.
func (d *draw) closing() string {
	kind := "report.accept "
	if word(d.commit, "asker", 1) == word(d.commit, "unit", 1) {
		kind = "report.send "
	}
	return kind + strings.TrimPrefix(find(d.commit, "report"), "report ")
}

// day is how long after its time something may still be missing.
const day = 24 * 3600_000

// checkSkipped finds reports that were closed more than a day ago and not drawn from, such as
// were drawn from twice, and draws whose secret was never shown. A commitment is no draw.
func (c *checker) checkSkipped() {
	promised, drawn := map[string]bool{}, map[string]bool{}
	for _, key := range c.drawn {
		d := c.draws[key]
		if d.commit == nil {
			continue
		}
		of := d.closing()
		if promised[of] {
			c.bad("%s: rút thăm hai lần / drawn from twice", said(of))
		}
		promised[of] = true
		if d.drawn != nil {
			drawn[of] = true
			closes, err := strconv.ParseInt(word(d.drawn, "closes", 1), 10, 64)
			if l := d.at["recheck.draw"]; d.reveal == nil && (err != nil || c.made-closes >= day) {
				c.bad("%s, %s: hết hạn hỏi lại mà mã bí mật chưa được mở / the back-check is over and its secret was not shown", said(l.row), moment(l.at))
			}
		} else if l := c.seals[of]; l != nil && strings.HasPrefix(of, "report.send ") && c.made-l.at >= day {
			c.bad("%s, %s: đã gửi quá một ngày mà không rút thăm hỏi lại / sent for more than a day and nobody was drawn", said(of), moment(l.at))
		}
	}
	late := 0
	for _, l := range c.lines {
		if !strings.HasPrefix(l.row, "report.accept ") || drawn[l.row] || c.made-l.at < day {
			continue
		}
		if late++; len(c.drawn) > 0 {
			c.bad("%s, %s: đã duyệt quá một ngày mà không rút thăm hỏi lại / accepted for more than a day and nobody was drawn", said(l.row), moment(l.at))
		}
	}
	if late > 0 && len(c.drawn) == 0 {
		c.notes = append(c.notes, fmt.Sprintf("%d báo cáo đã duyệt, chưa có lần rút thăm nào / reports accepted and never drawn from", late))
	}
}

// find is the first line that begins with a word.
func find(lines []string, first string) string {
	for _, l := range lines {
		if strings.HasPrefix(l, first+" ") {
			return l
		}
	}
	return ""
}

// word is one word of that line, "" when there is none.
func word(lines []string, first string, n int) string {
	if words := strings.Split(find(lines, first), " "); n < len(words) {
		return words[n]
	}
	return ""
}

func headOf(lines []string) (size int64, root string) {
	size, _ = strconv.ParseInt(word(lines, "head", 1), 10, 64)
	return size, word(lines, "head", 2)
}

// picks are who is to be drawn: unit, side and place, in order.
func picks(secret []byte, seed string, commit []string) (out []string) {
	lot := mac(secret, seed)
	for _, l := range commit {
		w := strings.Split(l, " ")
		if w[0] != "stratum" || len(w) != 8 {
			continue
		}
		var n [5]int64 // weight, studied, missed, asked of either
		for i := range n {
			n[i], _ = strconv.ParseInt(w[2+i], 10, 64)
		}
		key := mac(lot, "stratum "+w[1])
		if n[0] == 0 && key[0]&1 == 1 {
			continue
		}
		out = append(append(out, lots(key, w[1], "studied", n[1], n[3])...), lots(key, w[1], "missed", n[2], n[4])...)
	}
	slices.Sort(out)
	return out
}

// lots draws k different places below n.
func lots(key []byte, unit, side string, n, k int64) (out []string) {
	seen := map[int64]bool{}
	for i := 0; int64(len(seen)) < min(k, n, 1<<20); i++ {
		v := binary.BigEndian.Uint64(mac(key, side+" "+strconv.Itoa(i)))
		if v >= math.MaxUint64-math.MaxUint64%uint64(n) {
			continue
		}
		if p := int64(v % uint64(n)); !seen[p] {
			seen[p] = true
			out = append(out, fmt.Sprintf("%s %s %d", unit, side, p))
		}
	}
	return out
}

// places are who was drawn.
func places(drawn []string) (out []string) {
	for _, l := range drawn {
		if w := strings.Split(l, " "); w[0] == "person" && len(w) == 5 {
			out = append(out, strings.Join(w[1:4], " "))
		}
	}
	slices.Sort(out)
	return out
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
