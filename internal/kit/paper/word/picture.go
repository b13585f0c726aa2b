package word

import (
	"bytes"
	"image/png"
)

const emuPerTwip = 635

// write places the picture in the line of text.
func (i *Picture) write(p *printer) {
	if p.pack == nil {
		p.fail("a picture outside the body of a section")
		return
	}
	size, err := png.DecodeConfig(bytes.NewReader(i.PNG))
	if err != nil || size.Width <= 0 {
		p.fail("picture %q is not a PNG", i.Alt)
		return
	}
	height := i.Height
	if height == 0 {
		height = i.Width * size.Height / size.Width
	}
	rel, n := p.pack.picture(i.PNG)
	p.f(`<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%[1]d" cy="%[2]d"/><wp:docPr id="%[3]d" name="Picture %[3]d" descr="%[4]s"/>`+
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%[3]d" name="image%[3]d.png"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="%[5]s"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`+
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[1]d" cy="%[2]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>`,
		i.Width*emuPerTwip, height*emuPerTwip, n, escape(i.Alt), rel)
}
