package trail

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Mark is what a person is counted as for a document, in three letters: m a member who is
// obliged, x one who is exempt, c somebody outside the Party; the form of study, - for none;
// the grade of the evidence, 0 for none. "mi1" came in person with their own code.
type Mark string

// Counted names the counts of a sum, in order. All are persons.
var Counted = []string{"members", "exempt", "exempt_came", "studied", "e1", "e2", "e3", "e4", "e5", "civil", "civil_studied"}

// Places in Counted.
const (
	members = iota
	exempt
	exemptCame
	studied
	grades
	civil        = grades + 5
	civilStudied = civil + 1
	counted      = civilStudied + 1
)

// forms are the letters of the forms of study.
var forms = map[string]byte{"": '-', "in_person": 'i', "online": 'o', "relay": 'r', "self_study": 's', "make_up": 'u', "higher": 'h'}

// Form is the form of study, as attendance calls it; "" is none.
func (m Mark) Form() string {
	for form, letter := range forms {
		if len(m) == 3 && m[1] == letter {
			return form
		}
	}
	return ""
}

// Grade is that of the evidence, 1 to 5; 0 without study.
func (m Mark) Grade() int {
	if m.valid() != nil {
		return 0
	}
	return int(m[2] - '0')
}

// Studied reports whether the person studied.
func (m Mark) Studied() bool { return m.Grade() > 0 }

// Exempt reports whether the person need not.
func (m Mark) Exempt() bool { return strings.HasPrefix(string(m), "x") }

// Civil reports whether the person stands outside the Party.
func (m Mark) Civil() bool { return strings.HasPrefix(string(m), "c") }

// markOf is the mark of somebody in the roster; form "" and grade 0 for who did not study.
func markOf(kind string, free bool, form string, grade int64) (Mark, error) {
	letter, known := forms[form]
	if !known || grade < 0 || grade > 5 || (form == "") != (grade == 0) {
		return "", fmt.Errorf("nobody studies as %q with grade %d", form, grade)
	}
	who := byte('m')
	switch {
	case kind == "civil":
		who = 'c'
	case free:
		who = 'x'
	}
	return Mark([]byte{who, letter, byte('0' + grade)}), nil
}

var errMark = errors.New("not a mark")

func (m Mark) valid() error {
	if len(m) != 3 || !strings.Contains("mxc", string(m[0])) || m[2] < '0' || m[2] > '5' || (m[1] == '-') != (m[2] == '0') || !strings.Contains("-iorsuh", string(m[1])) {
		return errMark
	}
	return nil
}

// counts is what one person adds to the sums. Error: not a mark.
func (m Mark) counts() ([]int64, error) {
	if err := m.valid(); err != nil {
		return nil, fmt.Errorf("%q: %w", string(m), err)
	}
	n, came := make([]int64, counted), int64(0)
	if m.Studied() {
		came = 1
	}
	if m.Civil() {
		n[civil], n[civilStudied] = 1, came
		return n, nil
	}
	n[members], n[studied] = 1, came
	if m.Studied() {
		n[grades+m.Grade()-1] = 1
	}
	if m.Exempt() {
		n[exempt], n[exemptCame] = 1, came
	}
	return n, nil
}

func writeCounts(n []int64) string {
	b := make([]byte, 0, 4*len(n))
	for i, v := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, v, 10)
	}
	return string(b)
}

func parseCounts(s string) ([]int64, error) {
	parts := strings.Split(s, ",")
	if len(parts) != counted {
		return nil, fmt.Errorf("%q are not the counts of a sum", s)
	}
	n := make([]int64, len(parts))
	for i, p := range parts {
		v, err := strconv.ParseInt(p, 10, 64)
		if err != nil || v < 0 {
			return nil, fmt.Errorf("%q are not the counts of a sum", s)
		}
		n[i] = v
	}
	return n, nil
}
