package person

import (
	"hash/fnv"
	"strings"
	"unicode"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// match decides who a row of a sheet is among those of the same folded name in the same
// unit. sure is the one it is; perhaps is one that only a person can tell apart. Both nil:
// somebody new.
func match(row Person, near []Person) (sure, perhaps *Person) {
	var same []*Person
	for i := range near {
		p := &near[i]
		switch {
		case row.MemberNo != "" && p.MemberNo != "": // numbers were compared already, but for lost zeros
			if bareNumber(row.MemberNo) == bareNumber(p.MemberNo) {
				perhaps = p
			}
		case row.Birth != "" && p.Birth != "" && !sameBirth(row.Birth, p.Birth):
		case row.Birth != p.Birth && (row.Birth == "" || p.Birth == ""):
			perhaps = p
		default:
			same = append(same, p)
		}
	}
	switch {
	case len(same) == 1 && sameName(row.Name, same[0].Name):
		return same[0], nil
	case len(same) > 0:
		return nil, same[0]
	}
	return nil, perhaps
}

// twinOf is the hash under which people of the same folded name and year of birth are found:
// sheets give the day or the year alone.
func twinOf(p Person) int32 {
	h := fnv.New32a()
	h.Write([]byte(text.Fold(p.Name) + "|" + p.Birth[:min(4, len(p.Birth))]))
	return int32(h.Sum32())
}

// bareNumber is a number as a spreadsheet leaves it that takes it for a quantity.
func bareNumber(s string) string { return strings.TrimLeft(s, "0") }

// sameBirth takes a year alone for any day of it.
func sameBirth(a, b string) bool {
	return a == b || min(len(a), len(b)) == 4 && a[:4] == b[:4]
}

// sameName takes hoà for hòa, and a name without marks for any with them.
func sameName(a, b string) bool {
	return text.NameKey(a) == text.NameKey(b) || !marked(a) || !marked(b)
}

// better reports whether a name of a sheet replaces the one that is known: not where it differs in what
// it lost on the way alone, its marks, its small letters, or letters to others that only look so.
func better(name, old string) bool {
	if text.Fold(name) != text.Fold(old) {
		return true
	}
	return !(marked(old) && !marked(name) || strings.EqualFold(name, old) && name == strings.ToUpper(name) || latin(old) && !latin(name))
}

func latin(name string) bool {
	return strings.IndexFunc(name, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) }) < 0
}

// over lays the cells that are filled over what is known.
func (d *draft) over(old Person) Person {
	p := old
	put := func(place *string, s string) {
		if s != "" {
			*place = s
		}
	}
	if better(d.Name, old.Name) {
		put(&p.Name, d.Name)
	}
	if !(year(d.Birth) && len(old.Birth) > 4 && sameBirth(d.Birth, old.Birth)) {
		put(&p.Birth, d.Birth)
	}
	put(&p.MemberNo, d.MemberNo)
	put(&p.Sex, d.Sex)
	put(&p.Kind, d.Kind)
	put(&p.Position, d.Position)
	put(&p.JoinedOn, d.JoinedOn)
	put(&p.OfficialOn, d.OfficialOn)
	if d.key != "" {
		p.KeyCadre = d.KeyCadre
	}
	if d.Unit != 0 {
		p.Unit = d.Unit
	}
	if p.ID == 0 {
		p.ID, p.Since = id.New(), d.Since
	}
	return p
}
