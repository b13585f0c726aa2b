package conference

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
)

// Columns are those of the lists that Zoom, Teams, BigBlueButton, VNPT and Viettel write.
var Columns = []sheet.Column{
	{Key: "name", Names: []string{"Họ và tên", "Họ tên", "Tên hiển thị", "Tên người tham dự", "Tên người tham gia", "Tên", "Name", "Full Name", "Display Name", "Participant", "User Name"}, Required: true},
	{Key: "email", Names: []string{"Email", "E-mail", "Thư điện tử", "User Email", "Tài khoản"}},
	{Key: "join", Names: []string{"Thời gian vào", "Giờ vào", "Vào lúc", "Thời gian tham gia", "Join Time", "Joined", "First Join", "Join"}},
	{Key: "leave", Names: []string{"Thời gian ra", "Giờ ra", "Ra lúc", "Thời gian rời", "Leave Time", "Left", "Last Leave", "Leave"}},
	{Key: "duration", Names: []string{"Thời lượng", "Tổng thời gian", "Số phút", "Duration", "In-Meeting Duration", "Total Duration"}},
}

// Limits of a list.
const (
	MostBytes = 8 << 20
	MostRows  = 10_000
)

// Line is somebody, or some device, on a list: all rows of the file under one name.
type Line struct {
	Name    string `json:"name"`
	Email   string `json:"email,omitempty"`
	First   int64  `json:"first,omitempty" doc:"Unix milliseconds UTC; none: not told"`
	Last    int64  `json:"last,omitempty"`
	Seconds int64  `json:"seconds,omitempty"`
	Joins   int64  `json:"joins,omitempty"`
}

// ReadList reads a list of those present at m. Fault: Invalid for a file that is none.
func ReadList(m meeting.Meeting, name string, r io.ReaderAt, size int64) (out []Line, err error) {
	book, err := sheet.Open(name, r, size, sheet.Limits{Size: MostBytes})
	if err != nil {
		return nil, err
	}
	t, err := book.Find(Columns)
	if err != nil {
		return nil, err
	}
	n := 0
	for row, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		if row.Blank() || row.Text("name") == "" {
			continue
		}
		if n++; n > MostRows {
			return nil, fault.At("file", "conference.too_many_rows", "n", MostRows)
		}
		l := Line{Name: cut(row.Text("name"), 200), Email: strings.ToLower(cut(row.Text("email"), 200)), First: instant(row.Text("join"), m), Last: instant(row.Text("leave"), m), Joins: 1}
		l.Seconds = span(row.Text("duration"))
		if l.First > 0 && l.Last > l.First {
			l.Seconds = (l.Last - l.First) / 1000
		}
		out = append(out, l)
	}
	return merge(out), nil
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// merge makes one line of those who came back: the same address, or without one the same name.
func merge(lines []Line) (out []Line) {
	at := map[string]int{}
	for _, l := range lines {
		key := l.Email + "\x00" + text.Fold(l.Name)
		i, again := at[key]
		if !again {
			at[key] = len(out)
			out = append(out, l)
			continue
		}
		o := &out[i]
		o.Joins += l.Joins
		o.Seconds += l.Seconds
		if l.First > 0 && (o.First == 0 || l.First < o.First) {
			o.First = l.First
		}
		o.Last = max(o.Last, l.Last)
	}
	return out
}

// print is the same for the same list, whatever the file is called.
func print(lines []Line) string {
	h := sha256.New()
	for _, l := range lines {
		fmt.Fprintf(h, "%q %q %d %d %d %d\n", l.Name, l.Email, l.First, l.Last, l.Seconds, l.Joins)
	}
	return hex.EncodeToString(h.Sum(nil))
}

var layouts = []string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04",
	"02/01/2006 15:04:05", "02/01/2006 15:04", "15:04:05 02/01/2006", "15:04 02/01/2006", "02-01-2006 15:04:05", "02-01-2006 15:04",
	"01/02/2006 03:04:05 PM", "01/02/2006 03:04 PM", "1/2/2006, 3:04:05 PM", "1/2/06, 3:04:05 PM", "01/02/2006 15:04:05", "01/02/2006 15:04",
	"02/01/2006 03:04:05 PM", "2/1/2006 15:04:05", "Jan 2, 2006 15:04:05",
}

// instant reads a time as the systems write it. Day and month stand in either order: the one
// that lies by the meeting is meant. A time alone is of the meeting's day. 0 when it is none.
func instant(s string, m meeting.Meeting) int64 {
	const day = 24 * 3600_000
	s = strings.Join(strings.Fields(noon.Replace(s)), " ")
	if s == "" || len(s) > 60 {
		return 0
	}
	for _, layout := range layouts {
		t, err := time.ParseInLocation(layout, s, clock.Zone)
		if err == nil && t.UnixMilli() > m.Starts-day && t.UnixMilli() < m.Ends+day {
			return t.UnixMilli()
		}
	}
	for _, layout := range []string{"15:04:05", "15:04", "3:04:05 PM", "3:04 PM"} {
		if t, err := time.ParseInLocation("2006-01-02 "+layout, clock.Day(clock.From(m.Starts))+" "+s, clock.Zone); err == nil {
			return t.UnixMilli()
		}
	}
	return 0
}

// noon is how Vietnamese systems write the halves of a day.
var noon = strings.NewReplacer("SA", "AM", "CH", "PM")

var parts = regexp.MustCompile(`(\d+)\s*(gio|giay|phut|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s|p)?`)

// span reads a duration in seconds: "80", "80 phút" and "1h 20m 5s" are minutes and hours,
// "1:20:05" a clock. 0 when it is none.
func span(s string) int64 {
	s = text.Fold(strings.ReplaceAll(s, ":", " : "))
	if s == "" || len(s) > 40 {
		return 0
	}
	if f := strings.Fields(s); slices.Contains(strings.Split(s, ""), ":") || len(f) == 3 && numbers(f) {
		return clockSpan(f)
	}
	var total int64
	for _, p := range parts.FindAllStringSubmatch(s, -1) {
		n, _ := strconv.ParseInt(p[1], 10, 32)
		switch {
		case strings.HasPrefix(p[2], "h") || p[2] == "gio":
			n *= 3600
		case strings.HasPrefix(p[2], "s") || p[2] == "giay":
		default:
			n *= 60
		}
		total += n
	}
	return min(total, 7*24*3600)
}

func numbers(f []string) bool {
	return !slices.ContainsFunc(f, func(s string) bool { _, err := strconv.Atoi(s); return err != nil })
}

func clockSpan(f []string) (total int64) {
	for _, s := range f {
		if n, err := strconv.ParseInt(s, 10, 32); err == nil {
			total = total*60 + n
		}
	}
	return min(total, 7*24*3600)
}
