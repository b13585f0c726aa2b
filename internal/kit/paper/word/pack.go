package word

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"time"
)

const (
	declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	main        = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	office      = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packages    = "http://schemas.openxmlformats.org/package/2006/"
	mime        = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	spaces      = `xmlns:w="` + main + `" xmlns:r="` + office + `" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"` +
		` xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`
)

// The time of every member of the archive, so that equal documents are equal files.
var stamp = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// part is a member of the archive; kind is the end of its relationship type.
type part struct{ name, kind, content string }

type pack struct {
	parts    []part
	pictures int
	drawn    int
	seen     map[string]string
}

// add stores a part under word/ and returns the id of its relationship.
func (k *pack) add(kind, content, name string) string {
	k.parts = append(k.parts, part{name, kind, content})
	return fmt.Sprintf("rId%d", len(k.parts))
}

// picture stores equal pictures once; the number is unique in the document.
func (k *pack) picture(png []byte) (rel string, number int) {
	k.drawn++
	if rel, ok := k.seen[string(png)]; ok {
		return rel, k.drawn
	}
	k.pictures++
	rel = k.add("image", string(png), fmt.Sprintf("media/image%d.png", k.pictures))
	k.seen[string(png)] = rel
	return rel, k.drawn
}

// Write sends the document as .docx. It fails on a table row with too many cells, a table of more than 63 columns,
// a picture that is not PNG, or when w fails.
func (d Document) Write(w io.Writer) error {
	k := &pack{seen: map[string]string{}}
	k.add("styles", d.styles(), "styles.xml")
	k.add("settings", settings, "settings.xml")
	body, err := d.body(k)
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	for _, m := range append([]part{
		{"[Content_Types].xml", "", k.types()}, {"_rels/.rels", "", roots}, {"docProps/core.xml", "", d.core()},
		{"word/document.xml", "", body}, {"word/_rels/document.xml.rels", "", k.relations()},
	}, k.under("word/")...) {
		if err := put(z, m); err != nil {
			return fmt.Errorf("word: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("word: %w", err)
	}
	return nil
}

func put(z *zip.Writer, m part) error {
	f, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: stamp})
	if err != nil {
		return err
	}
	if m.kind != "image" {
		m.content = declaration + m.content
	}
	_, err = io.WriteString(f, m.content)
	return err
}

func (k *pack) under(folder string) []part {
	out := make([]part, len(k.parts))
	for i, m := range k.parts {
		out[i] = part{folder + m.name, m.kind, m.content}
	}
	return out
}

func (k *pack) types() string {
	var b strings.Builder
	b.WriteString(`<Types xmlns="` + packages + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="` + mime + `document.main+xml"/>`)
	for _, m := range k.parts {
		if m.kind != "image" {
			fmt.Fprintf(&b, `<Override PartName="/word/%s" ContentType="%s%s+xml"/>`, m.name, mime, m.kind)
		}
	}
	return b.String() + "</Types>"
}

func (k *pack) relations() string {
	var b strings.Builder
	b.WriteString(`<Relationships xmlns="` + packages + `relationships">`)
	for i, m := range k.parts {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>`, i+1, office, m.kind, m.name)
	}
	return b.String() + "</Relationships>"
}

const roots = `<Relationships xmlns="` + packages + `relationships"><Relationship Id="rId1" Type="` + office + `/officeDocument" Target="word/document.xml"/>` +
	`<Relationship Id="rId2" Type="` + packages + `relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`

const settings = `<w:settings xmlns:w="` + main + `"><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:compat>` +
	`<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`

func (d Document) styles() string {
	return fmt.Sprintf(`<w:styles xmlns:w="%[1]s"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="%[2]s" w:hAnsi="%[2]s" w:eastAsia="%[2]s" w:cs="%[2]s"/>`+
		`<w:sz w:val="%[3]d"/><w:szCs w:val="%[3]d"/><w:lang w:val="vi-VN" w:eastAsia="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults>`+
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>`,
		main, escape(d.Font), d.Size)
}

func (d Document) core() string {
	return `<cp:coreProperties xmlns:cp="` + packages + `metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` +
		escape(d.Title) + `</dc:title><dc:creator>` + escape(d.Creator) + `</dc:creator><dc:language>vi-VN</dc:language></cp:coreProperties>`
}
