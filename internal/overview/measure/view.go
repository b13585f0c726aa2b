package measure

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"quantriet/internal/overview/rollup"
	"quantriet/internal/ui"
)

// Print is the SHA-256 of everything that makes the figure what it is, in hexadecimal.
func (d Def) Print() string {
	sum := sha256.Sum256([]byte(d.Meaning()))
	return hex.EncodeToString(sum[:])
}

// formula is the definition in one line of words.
func (d Def) formula(p ui.Page) string {
	if d.Rate() {
		above := p.T("report.figure." + d.Numerator)
		if d.Less != "" {
			above = "(" + p.T("measure.minus", "a", above, "b", p.T("report.figure."+d.Less)) + ")"
		}
		return p.T("measure.rate_is", "num", above, "den", p.T("report.figure."+d.Denominator))
	}
	var all []string
	for _, f := range d.Filters {
		all = append(all, p.T("measure.filter."+f.Key))
	}
	return strings.Join(all, "; ")
}

// versions are all of the figure, the newest last.
func (d Def) versions() (out []Def) {
	for _, v := range Defs {
		if v.Code == d.Code {
			out = append(out, v)
		}
	}
	return out
}

func (d Def) href() string {
	return "/figures/" + d.Code + "?version=" + strconv.FormatInt(d.Version, 10)
}

// standing says whether the version is in force.
func standing(p ui.Page, d Def) string {
	if VersionOf(d.Code) == d.Version {
		return p.T("measure.now")
	}
	return p.T("measure.then")
}

// value is what was counted, as people read it.
func (c Counted) value(p ui.Page) string {
	if c.Def.Rate() {
		return rollup.Rate{Num: c.Num, Den: c.Den}.Percent(c.Rounding)
	}
	return p.Int(c.Num)
}
