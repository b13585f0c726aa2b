package sheet

import (
	"encoding/xml"
	"fmt"
	"strings"
)

type xmlPart struct{ name, text string }

const (
	nsMain    = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	nsRel     = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	nsPackage = `http://schemas.openxmlformats.org/package/2006/`
	typeMain  = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
)

// rest are the parts of the package beside the sheets.
func (x *XLSX) rest() []xmlPart {
	var types, list, rels, repeat strings.Builder
	for i, s := range x.sheets {
		n := i + 1
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, n, typeMain)
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, escaped(s.name), n, n)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n, nsRel, n)
		if l := s.layout; l.RepeatFrom > 0 && l.RepeatTo >= l.RepeatFrom {
			name, cols := escaped(strings.ReplaceAll(s.name, "'", "''")), ""
			if l.PagesWide > 1 && l.FreezeCols > 0 {
				cols = fmt.Sprintf("'%s'!$A:$%s,", name, Letter(l.FreezeCols))
			}
			fmt.Fprintf(&repeat, `<definedName name="_xlnm.Print_Titles" localSheetId="%d">%s'%s'!$%d:$%d</definedName>`,
				i, cols, name, l.RepeatFrom, l.RepeatTo)
		}
	}
	defined := ""
	if repeat.Len() > 0 {
		defined = `<definedNames>` + repeat.String() + `</definedNames>`
	}
	return []xmlPart{
		{"xl/styles.xml", stylesXML()},
		{"xl/workbook.xml", `<workbook xmlns="` + nsMain + `" xmlns:r="` + nsRel + `"><sheets>` + list.String() + `</sheets>` + defined + `</workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + nsPackage + `relationships">` + rels.String() +
			`<Relationship Id="rIdStyles" Type="` + nsRel + `/styles" Target="styles.xml"/></Relationships>`},
		{"_rels/.rels", `<Relationships xmlns="` + nsPackage + `relationships"><Relationship Id="rId1" Type="` + nsRel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="` + nsPackage + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + typeMain + `sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="` + typeMain + `styles+xml"/>` + types.String() + `</Types>`},
	}
}

func escaped(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s))
	return b.String()
}

func (x *XLSX) freeName(name string) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' {
			return '-'
		}
		return r
	}, name), "' ")
	base := cut(name, 31)
	if base == "" {
		base = "Sheet"
	}
	free := base
	for n := 2; x.named(free); n++ {
		tail := fmt.Sprintf(" (%d)", n)
		free = cut(base, 31-len(tail)) + tail
	}
	return free
}

// cut counts UTF-16 units as Excel does.
func cut(s string, units int) string {
	n := 0
	for i, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
		if n > units {
			return s[:i]
		}
	}
	return s
}

func (x *XLSX) named(name string) bool {
	for _, s := range x.sheets {
		if strings.EqualFold(s.name, name) {
			return true
		}
	}
	return false
}
