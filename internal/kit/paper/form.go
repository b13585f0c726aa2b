package paper

import (
	"fmt"
	"strings"
)

// Style is the family of format rules a document follows.
type Style string

const (
	Party          Style = "party"
	Administrative Style = "administrative"
)

// Form is the settings of a format. All of it can be stored as JSON and laid over a default form.
type Form struct {
	Style   Style   `json:"style"`
	Font    string  `json:"font"`
	Upright Margins `json:"upright"` // portrait pages
	Wide    Margins `json:"wide"`    // landscape appendices
	Sizes   Sizes   `json:"sizes"`
	Layout  Layout  `json:"layout"`
	Words   Words   `json:"words"`
	Marks   Marks   `json:"marks"`
}

// Margins of a page in millimetres. Number is the distance of the page number from the top edge, Foot that of the
// foot lines from the bottom edge.
type Margins struct {
	Top    float64 `json:"top"`
	Bottom float64 `json:"bottom"`
	Left   float64 `json:"left"`
	Right  float64 `json:"right"`
	Number float64 `json:"number"`
	Foot   float64 `json:"foot"`
}

// Sizes of the components in points; halves are possible.
type Sizes struct {
	Heading    float64 `json:"heading"`
	Motto      float64 `json:"motto"`
	Superior   float64 `json:"superior"`
	Issuer     float64 `json:"issuer"`
	Number     float64 `json:"number"`
	Date       float64 `json:"date"`
	Type       float64 `json:"type"`
	Abstract   float64 `json:"abstract"`
	Letter     float64 `json:"letter"` // abstract of an official letter
	Body       float64 `json:"body"`
	Table      float64 `json:"table"`      // largest size of a table's text
	SmallTable float64 `json:"smallTable"` // smallest size a wide table may shrink to
	Note       float64 `json:"note"`
	SentTo     float64 `json:"sentTo"` // the words "Nơi nhận"
	Recipients float64 `json:"recipients"`
	Signature  float64 `json:"signature"`
	Mark       float64 `json:"mark"`
	Page       float64 `json:"page"`
	Foot       float64 `json:"foot"`
}

// Layout holds the remaining measures.
type Layout struct {
	IssuerShare float64 `json:"issuerShare"` // of the text width, for the left half of the heading
	Line        float64 `json:"line"`        // line spacing of the body, 1 = single
	Gap         float64 `json:"gap"`         // points below a paragraph
	Indent      float64 `json:"indent"`      // millimetres, first line
	Signing     float64 `json:"signing"`     // millimetres left free for signature and seal
}

// Words are the fixed words of the format. An empty word leaves its component out.
type Words struct {
	Heading   string `json:"heading"`
	Motto     string `json:"motto"`
	Star      string `json:"star"` // under the issuing body; when empty a short rule stands there
	Number    string `json:"number"`
	Joint     string `json:"joint"` // between number and symbol
	Dash      string `json:"dash"`  // under the abstract; when empty a short rule stands there
	About     string `json:"about"` // before the abstract of an official letter
	Dear      string `json:"dear"`
	SentTo    string `json:"sentTo"`
	Separator string `json:"separator"` // after each recipient but the last
	Appendix  string `json:"appendix"`
	Attached  string `json:"attached"` // before the document's name in an appendix
	Letter    string `json:"letter"`   // name of a document without a type
}

// Marks stand before the authority or the position of the signer.
type Marks struct {
	OnBehalf  string `json:"onBehalf"`  // thay mặt
	For       string `json:"for"`       // ký thay
	ByOrder   string `json:"byOrder"`   // thừa lệnh
	Entrusted string `json:"entrusted"` // thừa uỷ quyền
}

// PartyForm is the format of Party documents. The margins of 36-HD are unconfirmed, hence settings.
func PartyForm() Form {
	return Form{
		Style: Party, Font: "Times New Roman",
		Upright: Margins{20, 20, 30, 15, 10, 8}, Wide: Margins{18, 15, 15, 15, 9, 7},
		Sizes: Sizes{
			Heading: 15, Motto: 14, Superior: 14, Issuer: 14, Number: 14, Date: 14, Type: 16, Abstract: 14, Letter: 12,
			Body: 14, Table: 12, SmallTable: 8, Note: 11, SentTo: 14, Recipients: 12, Signature: 14, Mark: 12, Page: 14, Foot: 9,
		},
		Layout: Layout{IssuerShare: 0.43, Line: 1.15, Gap: 6, Indent: 10, Signing: 25},
		Words: Words{
			Heading: "ĐẢNG CỘNG SẢN VIỆT NAM", Star: "*", Number: "Số", Joint: "-", Dash: "-----", Dear: "Kính gửi:",
			SentTo: "Nơi nhận", Separator: ",", Appendix: "PHỤ LỤC", Attached: "kèm theo", Letter: "Công văn",
		},
		Marks: Marks{"T/M", "K/T", "T/L", "T/UQ"},
	}
}

// AdministrativeForm is the format of Nghị định 30/2020/NĐ-CP.
func AdministrativeForm() Form {
	f := PartyForm()
	f.Style = Administrative
	s := &f.Sizes
	s.Heading, s.Superior, s.Issuer, s.Number, s.Type, s.SentTo, s.Recipients = 13, 13, 13, 13, 14, 12, 11
	f.Layout.IssuerShare = 0.4
	w := &f.Words
	w.Heading, w.Motto = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
	w.Star, w.Dash, w.Number, w.Joint, w.About, w.Separator, w.Attached = "", "", "Số:", "/", "V/v", ";", "Kèm theo"
	f.Marks = Marks{"TM.", "KT.", "TL.", "TUQ."}
	return f
}

// Check reports the first setting no sheet can be printed with.
func (f Form) Check() error {
	if f.Style != Party && f.Style != Administrative {
		return fmt.Errorf("paper: no style %q", f.Style)
	}
	for _, v := range f.bounds() {
		if !(v.value >= v.low && v.value <= v.high) {
			return fmt.Errorf("paper: %s is %g, must be between %g and %g", v.name, v.value, v.low, v.high)
		}
	}
	return nil
}

type bound struct {
	name             string
	value, low, high float64
}

func (f Form) bounds() []bound {
	out := []bound{
		{"issuer share", f.Layout.IssuerShare, 0.3, 0.6}, {"line spacing", f.Layout.Line, 0.8, 3}, {"gap", f.Layout.Gap, 0, 40},
		{"indent", f.Layout.Indent, 0, 40}, {"signing space", f.Layout.Signing, 0, 80},
	}
	for _, m := range []Margins{f.Upright, f.Wide} {
		for _, v := range []float64{m.Top, m.Bottom, m.Left, m.Right, m.Number, m.Foot} {
			out = append(out, bound{"margin", v, 0, 60})
		}
	}
	s := f.Sizes
	for _, v := range []float64{s.Heading, s.Motto, s.Superior, s.Issuer, s.Number, s.Date, s.Type, s.Abstract, s.Letter, s.Body,
		s.Table, s.SmallTable, s.Note, s.SentTo, s.Recipients, s.Signature, s.Mark, s.Page, s.Foot} {
		out = append(out, bound{"font size", v, 5, 40})
	}
	return out
}

// signed puts the form's own mark where a line begins with a mark in either style.
func (f Form) signed(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = f.remark(strings.TrimSpace(line))
	}
	return strings.Join(lines, "\n")
}

func (f Form) remark(line string) string {
	first, rest, _ := strings.Cut(line, " ")
	mark := map[string]string{"TM": f.Marks.OnBehalf, "KT": f.Marks.For, "TL": f.Marks.ByOrder, "TUQ": f.Marks.Entrusted}[strings.
		NewReplacer("/", "", ".", "").Replace(strings.ToUpper(first))]
	if mark == "" || rest == "" {
		return line
	}
	return mark + " " + rest
}
