package document

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Kinds are the kinds of Quy định 399-QĐ/TW that campaigns meet, in the order of the
// select box. Their words are "document.kind." + code.
var Kinds = []string{"resolution", "directive", "conclusion", "regulation", "statute", "decision", "guidance", "notice",
	"plan", "programme", "scheme", "letter", "report", "submission", "minutes", "other"}

// symbols tell the kind where they can mean only one; QĐ is a decision or a regulation.
var symbols = map[string]string{"NQ": "resolution", "CT": "directive", "KL": "conclusion", "QC": "statute", "HD": "guidance", "TB": "notice",
	"KH": "plan", "CTR": "programme", "CTHĐ": "programme", "ĐA": "scheme", "CV": "letter", "BC": "report", "TTR": "submission", "BB": "minutes"}

// KindOf reads the kind from a number, "117-KH/TU" or "12/KH-UBND"; "" when it does not tell.
func KindOf(number string) string {
	for _, part := range strings.FieldsFunc(strings.ToUpper(number), func(r rune) bool { return r == '-' || r == '/' || r == ' ' }) {
		if k := symbols[part]; k != "" {
			return k
		}
	}
	return ""
}

// Degrees of secrecy; "" is none. Their words are "document.secrecy." + code.
var Degrees = []string{"mat", "toi_mat", "tuyet_mat"}

// PartKinds are what a document may contain in numbers. The first four are tasks that add
// up to a total (R113, R119). Their words are "document.part." + code.
var PartKinds = []string{"task_general", "task_year", "task_roadmap", "task_waiting", "task_group", "survey", "meeting"}

// Markers say that the source was not exact (R118). Their words are "document.marker." + code.
var Markers = []string{"hơn", "gần", "khoảng"}

// Part is one number of what a document contains.
type Part struct {
	Kind   string `json:"kind" enum:"task_general,task_year,task_roadmap,task_waiting,task_group,survey,meeting"`
	Title  string `json:"title,omitempty" maxLength:"200"`
	Amount int64  `json:"amount" minimum:"1" maximum:"1000000000"`
	Marker string `json:"marker,omitempty" enum:",hơn,gần,khoảng" doc:"the source was not exact: more than, nearly, about"`
}

// Document is a registered paper. Targets are the documents it implements.
type Document struct {
	ID         id.ID   `json:"id"`
	Unit       id.ID   `json:"unit" doc:"keeps it in its register"`
	Kind       string  `json:"kind"`
	Number     string  `json:"number" doc:"whole, as cited" example:"117-KH/TU"`
	Issuer     id.ID   `json:"issuer" doc:"unit of the tree, empty when it is none"`
	IssuerName string  `json:"issuer_name"`
	IssuedOn   string  `json:"issued_on" doc:"civil date"`
	Title      string  `json:"title" doc:"abstract"`
	Secrecy    string  `json:"secrecy" enum:",mat,toi_mat,tuyet_mat"`
	KeptAt     string  `json:"kept_at" doc:"where a secret one may be read"`
	Sample     bool    `json:"sample" doc:"invented for the demonstration"`
	Targets    []id.ID `json:"targets" doc:"what it implements"`
	Parts      []Part  `json:"parts"`
	CreatedAt  int64   `json:"created_at" doc:"Unix milliseconds UTC"`
	CreatedBy  id.ID   `json:"-"`
}

// File is an uploaded file of a document.
type File struct {
	ID        id.ID  `json:"id"`
	Document  id.ID  `json:"document"`
	Name      string `json:"name"`
	Type      string `json:"type" doc:"MIME"`
	Size      int64  `json:"size" doc:"bytes"`
	SHA256    string `json:"sha256"`
	CreatedAt int64  `json:"created_at" doc:"Unix milliseconds UTC"`
	CreatedBy id.ID  `json:"-"`
}

// Secret reports whether only a pointer may be kept.
func (d Document) Secret() bool { return d.Secrecy != "" }

const (
	numberMax  = 60
	nameMax    = 200
	titleMax   = 1000
	keptMax    = 300
	partsMax   = 30
	targetsMax = 20
	filesMax   = 50
)

var around = regexp.MustCompile(`\s*([/\-–])\s*`)

// tidy gives every field its one form; what a secret paper may not keep is dropped here.
func (d Document) tidy() Document {
	d.Number = strings.ToUpper(strings.ReplaceAll(around.ReplaceAllString(d.Number, "$1"), "–", "-"))
	if d.Kind == "" {
		d.Kind = KindOf(d.Number)
	}
	if !d.Secret() {
		d.KeptAt = ""
		d.Targets = unique(d.Targets)
		return d
	}
	return Document{ID: d.ID, Unit: d.Unit, Kind: "other", Number: d.Number, IssuedOn: d.IssuedOn, Secrecy: d.Secrecy, KeptAt: d.KeptAt,
		Sample: d.Sample, CreatedAt: d.CreatedAt, CreatedBy: d.CreatedBy}
}

func unique(ids []id.ID) []id.ID {
	var out []id.ID
	for _, i := range ids {
		if i != 0 && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	return out
}

// check names everything that is wrong with a tidy document. today is a civil date.
func (d Document) check(today string) error {
	errs := []error{
		line("number", d.Number, 0, numberMax),
		when(d.IssuedOn == "", "issued_on", "web.required"),
		when(d.IssuedOn > today, "issued_on", "document.future"),
	}
	if parsed, err := text.ParseDate(d.IssuedOn); d.IssuedOn != "" && (err != nil || parsed != d.IssuedOn) {
		errs = append(errs, fault.At("issued_on", "web.not_date"))
	}
	if d.Secret() {
		return fault.All(append(errs,
			when(!slices.Contains(Degrees, d.Secrecy), "secrecy", "web.choose"),
			when(d.Number == "", "number", "web.required"),
			line("kept_at", d.KeptAt, 1, keptMax))...)
	}
	errs = append(errs,
		when(!slices.Contains(Kinds, d.Kind), "kind", "document.kind_unknown"),
		line("title", d.Title, 1, titleMax),
		when(d.Issuer == 0 && d.IssuerName == "", "issuer_name", "document.issuer_none"),
		line("issuer_name", d.IssuerName, 0, nameMax),
		when(len(d.Parts) > partsMax, "parts", "document.parts_many", "n", partsMax),
		when(len(d.Targets) > targetsMax, "targets", "document.targets_many", "n", targetsMax),
		when(slices.Contains(d.Targets, d.ID), "targets", "document.circle"))
	for _, p := range d.Parts {
		errs = append(errs, p.check())
	}
	return fault.All(errs...)
}

func (p Part) check() error {
	return fault.All(
		when(!slices.Contains(PartKinds, p.Kind), "parts", "document.part_unknown"),
		when(p.Amount < 1 || p.Amount > 1_000_000_000, "parts", "document.part_amount"),
		when(p.Marker != "" && !slices.Contains(Markers, p.Marker), "parts", "document.part_unknown"),
		line("parts", p.Title, 0, nameMax))
}

func when(wrong bool, field, key string, args ...any) error {
	if !wrong {
		return nil
	}
	return fault.At(field, key, args...)
}

// line blames a text that is not one clean line of least to most letters.
func line(field, s string, least, most int) error {
	clean, ok := text.Clean(s)
	n := utf8.RuneCountInString(s)
	switch {
	case !ok || clean != s:
		return fault.At(field, "web.not_text")
	case n == 0 && least > 0:
		return fault.At(field, "web.required")
	case n > most:
		return fault.At(field, "web.too_long", "n", most)
	}
	return nil
}

func (d Document) folded() string { return text.Fold(d.Number + " " + d.Title + " " + d.IssuerName) }

// same reports whether two rows cite one paper: number, date and issuer agree. A secret
// one has no issuer here and is known by number and date.
func same(a, b Document) bool {
	if a.Number == "" || a.Number != b.Number || a.IssuedOn != b.IssuedOn {
		return false
	}
	return a.Secret() || b.Secret() || a.Issuer != 0 && a.Issuer == b.Issuer || text.Fold(a.IssuerName) == text.Fold(b.IssuerName)
}

// Tasks adds up the tasks of a document (R113): 48 of 13 general, 11 of the year, 11 by
// roadmap and 13 that wait for guidance. Marker is the first that a part carries.
func Tasks(parts []Part) (total int64, marker string, of []Part) {
	for _, p := range parts {
		if slices.Index(PartKinds, p.Kind) >= 0 && slices.Index(PartKinds, p.Kind) < 4 {
			total += p.Amount
			of = append(of, p)
			if marker == "" {
				marker = p.Marker
			}
		}
	}
	return total, marker, of
}
