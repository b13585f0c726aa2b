package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// books are what is kept of rows to be held against each other.
type books struct {
	reports map[string]map[string]int64 // "report version": figures by "code document"
	sums    []stated                    // of trees, in the order in which they came
	draws   map[string]*draw            // by "subject version"
	drawn   []string                    // their order
}

// stated is what a tree of sums says of a figure that its report has too.
type stated struct {
	report, figure string
	count          int64
	l              *line
}

// kindNames says what a kind of row is.
var kindNames = map[string]string{
	"report.send":     "báo cáo gửi lên / a report sent",
	"report.accept":   "báo cáo được duyệt / a report accepted",
	"report.return":   "báo cáo bị trả lại / a report returned",
	"report.event":    "một bước của báo cáo / a step of a report",
	"report.version":  "bản trước của báo cáo / an earlier version of a report",
	"report.remark":   "ý kiến về báo cáo / a remark on a report",
	"trail.root":      "cây tổng / a tree of sums",
	"recheck.commit":  "cam kết rút thăm / commitment to a draw",
	"recheck.draw":    "kết quả rút thăm / a draw",
	"recheck.reveal":  "mở thăm / a draw opened",
	"honesty.lead":    "dấu hiệu cần xem kỹ / a lead",
	"narrative.quote": "đoạn trích / a quotation",
	"contest.open":    "khiếu nại số liệu / a figure contested",
	"contest.decide":  "giải quyết khiếu nại số liệu / a contest decided",
	"contest.mend":    "sửa bản ghi sau khiếu nại / a record put right after a contest",
	"essay.mend":      "sửa bản ghi bài thu hoạch / a record of essays put right",
	"merit.propose":   "đề nghị khen, phê bình / a proposal to commend or criticise",
	"merit.decide":    "quyết định khen, phê bình / a decision on it",
	"merit.answer":    "giải trình / an answer to a proposal",
	"report.ask":      "xin mở lại báo cáo / request to reopen a report",
	"review.send":     "báo cáo định kỳ, sơ kết gửi lên / a review sent",
	"review.accept":   "báo cáo định kỳ, sơ kết được duyệt / a review accepted",
	"review.return":   "báo cáo định kỳ, sơ kết trả lại đơn vị / a review given back to its unit",
	"review.reopen":   "mở lại báo cáo định kỳ, sơ kết / a review reopened",
	"review.amend":    "sửa đổi báo cáo định kỳ, sơ kết / an amendment of a review",
	"review.ask":      "đề nghị mở lại báo cáo định kỳ, sơ kết / a unit asks to reopen a review",
	"review.answer":   "trả lời đề nghị mở lại / the answer to that",
	"report.reopen":   "mở lại báo cáo / a report reopened",
	"report.decide":   "quyết định mở lại / decision on reopening",
}

func kindName(kind string) string {
	if name := kindNames[kind]; name != "" {
		return kind + " (" + name + ")"
	}
	return kind
}

// said names a row: its kind in words, its id and version.
func said(row string) string {
	kind, rest, _ := strings.Cut(row, " ")
	if name := kindNames[kind]; name != "" {
		return fmt.Sprintf("%s %s (%s)", kind, rest, name)
	}
	return row
}

// ready indexes the lines once all of them are there.
func (c *checker) ready() {
	if c.seals != nil {
		return
	}
	c.seals, c.kinds = make(map[string]*line, len(c.lines)), map[string]int{}
	c.reports, c.draws = map[string]map[string]int64{}, map[string]*draw{}
	waiting, trails := 0, false
	for i := range c.lines {
		l := &c.lines[i]
		if l.at != l.kept {
			c.bad("%s, %s: giờ ghi trong cơ sở dữ liệu bị sửa / its time was changed", said(l.row), moment(l.at))
		}
		if l.n < 0 {
			waiting++
		}
		if c.seals[l.row] != nil {
			c.bad("%s: có hai dòng / sealed twice", said(l.row))
		}
		c.seals[l.row] = l
		trails = trails || strings.HasPrefix(l.row, "trail.root ")
	}
	if waiting > 0 {
		c.notes = append(c.notes, fmt.Sprintf("%d dòng đang chờ đầu ký / lines wait for the next head", waiting))
	}
	if !trails {
		c.reports = nil // nothing to compare reports with
	}
}

// row holds a row against the line that sealed it.
func (c *checker) row(e entry) {
	name := fmt.Sprintf("%s %s %d", e.Row, e.Subject, e.Version)
	c.rows++
	c.kinds[e.Row]++
	l := c.seals[name]
	if l == nil {
		until := ""
		if len(c.ats) > 0 {
			until = " đến " + moment(slices.Max(c.ats))
		}
		c.bad("%s: không có trong nhật ký%s / was never sealed", said(name), until)
		return
	}
	l.found = true
	if digest(l.salt, e.Body) != l.digest {
		c.bad("%s, niêm phong %s: nội dung khác khi niêm phong / was changed since%s", said(name), moment(l.at), where(e))
		return
	}
	switch e.Row {
	case "report.send":
		c.keepReport(e)
	case "trail.root":
		c.checkTrail(e, l)
	case "recheck.commit", "recheck.draw", "recheck.reveal":
		c.keepDraw(e, l)
	}
}

// where names what of a row is no longer what was sealed: units of a tree of sums, a report's roster.
func where(e entry) string {
	first, rest, _ := strings.Cut(e.Body, "\n")
	if e.Row == "report.send" && strings.HasPrefix(rest, "roster now ") {
		return ": danh sách phải học đã chốt bị sửa / the frozen roster was changed"
	}
	var r sealedRoot
	if e.Row != "trail.root" || json.Unmarshal([]byte(first), &r) != nil || len(r.Wrong) == 0 {
		return ""
	}
	if len(r.Wrong) > 5 {
		r.Wrong = append(r.Wrong[:5], "…")
	}
	return ": " + strings.Join(r.Wrong, "; ")
}

// checkLines finds lines whose row is gone.
func (c *checker) checkLines() {
	for _, l := range c.lines {
		if !l.found {
			c.bad("%s, niêm phong %s: bản ghi không còn / the row is gone", said(l.row), moment(l.at))
		}
	}
}

// keepReport keeps the figures of a report that a tree of sums may be held against.
func (c *checker) keepReport(e entry) {
	if c.reports == nil {
		return
	}
	var r struct {
		Report  string
		Version int64
		Figures []struct {
			Code, Document string
			Value          int64
		}
	}
	if json.Unmarshal([]byte(e.Body), &r) != nil {
		return
	}
	figures := map[string]int64{}
	for _, f := range r.Figures {
		figures[f.Code+" "+f.Document] = f.Value
	}
	c.reports[fmt.Sprintf("%s %d", r.Report, r.Version)] = figures
}

// checkTrail holds a tree of sums against itself, and keeps what its report has to say too.
func (c *checker) checkTrail(e entry, l *line) {
	var r sealedRoot
	if json.Unmarshal([]byte(e.Body), &r) != nil {
		c.bad("%s: không đọc được / cannot be read", said(l.row))
		return
	}
	for _, t := range r.Roots {
		if len(t.Counts) != len(counted) || t.Counts[3] != t.Counts[4]+t.Counts[5]+t.Counts[6]+t.Counts[7]+t.Counts[8] || t.Counts[2] > t.Counts[1] || t.Counts[1] > t.Counts[0] {
			c.bad("%s, %s: các số của cây không hợp nhau / its counts do not fit together", said(l.row), moment(l.at))
			continue
		}
		for i, code := range []string{"members", "exempt", "exempt_came", "studied"} {
			c.sums = append(c.sums, stated{fmt.Sprintf("%s %d", r.Report, r.Version), code + " " + t.Document, t.Counts[i], l})
		}
	}
}

// checkSums holds each tree of sums against the report that was sent with it: both come of one moment.
// Were they to differ, members would follow one number up and the level above read another.
func (c *checker) checkSums() {
	for _, s := range c.sums {
		if says, has := c.reports[s.report][s.figure]; has && says != s.count {
			code, _, _ := strings.Cut(s.figure, " ")
			c.bad("%s, %s: %s trong báo cáo là %s, trong cây tổng là %s / the report and its tree of sums differ", said(s.l.row), moment(s.l.at), code, dots(says), dots(s.count))
		}
	}
}
