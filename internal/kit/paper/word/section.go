package word

import "fmt"

// tiny is the paragraph the format wants after a table; it takes no room on the page.
var tiny = Paragraph{Exact: 20, Runs: []Run{{Size: 2}}}

func (d Document) body(k *pack) (string, error) {
	p := &printer{pack: k}
	p.s("<w:document ", spaces, "><w:body>")
	for i := range d.Sections {
		d.Sections[i].pages(p, k, i == len(d.Sections)-1)
	}
	p.s("</w:body></w:document>")
	return p.String(), p.err
}

// pages writes the section's content; the break to the next section hangs on the last paragraph.
func (s Section) pages(p *printer, k *pack, last bool) {
	body := s.Body
	end := tiny
	if n := len(body); n > 0 {
		if g, ok := body[n-1].(Paragraph); ok {
			body, end = body[:n-1], g
		}
	}
	for _, n := range body {
		n.write(p)
	}
	refs := s.references(p, k)
	if last {
		end.write(p)
		s.properties(p, refs)
		return
	}
	end.breaks = func(p *printer) { s.properties(p, refs) }
	end.write(p)
}

// references stores headers and footers and returns the XML that names them.
func (s Section) references(p *printer, k *pack) string {
	out := ""
	add := func(kind, tag, page string, nodes []Node) {
		h := &printer{}
		h.s("<w:", tag, " ", spaces, ">")
		for _, n := range nodes {
			n.write(h)
		}
		h.flag(len(nodes) == 0, "<w:p/>")
		h.s("</w:", tag, ">")
		if h.err != nil && p.err == nil {
			p.err = h.err
		}
		out += fmt.Sprintf(`<w:%sReference w:type="%s" r:id="%s"/>`, kind, page,
			k.add(kind, h.String(), fmt.Sprintf("%s%d.xml", kind, len(k.parts)+1)))
	}
	add("header", "hdr", "default", s.Header)
	add("footer", "ftr", "default", s.Footer)
	if s.BareFirst {
		add("header", "hdr", "first", nil)
		add("footer", "ftr", "first", s.Footer)
	}
	return out
}

func (s Section) properties(p *printer, references string) {
	p.s("<w:sectPr>", references, `<w:type w:val="nextPage"/>`)
	p.f(`<w:pgSz w:w="%d" w:h="%d"`, s.Width, s.Height)
	p.flag(s.Width > s.Height, ` w:orient="landscape"`)
	p.f(`/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="%d" w:footer="%d" w:gutter="0"/>`,
		s.Top, s.Right, s.Bottom, s.Left, s.HeaderAt, s.FooterAt)
	p.flag(s.BareFirst, "<w:titlePg/>")
	p.s("</w:sectPr>")
}
