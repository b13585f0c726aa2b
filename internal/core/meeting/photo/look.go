package photo

import (
	"image"
	"math/bits"
)

// Look is what a photograph looks like: for each of 8×8 places of a grey 9×8 picture one bit,
// whether it is brighter than its right neighbour. Another size, quality or brightness changes
// few bits. It does not see through cropping, mirroring, turning or a frame around the picture,
// and two pictures of one rostrum taken from one chair may look alike: a Look is a reason to
// ask, never a proof. 0 is a picture too plain to be told from others.
type Look uint64

const (
	close = 3 // bits in which two looks differ at most
	plain = 6 // bits that a look needs of both kinds
	step  = 2 // grey levels that count as brighter: less is noise of the sensor
)

func lookOf(img *image.RGBA) Look {
	small := shrink(img, 9, 8)
	var l Look
	for y := range 8 {
		for x := range 8 {
			l <<= 1
			if grey(small, x, y) > grey(small, x+1, y)+step {
				l |= 1
			}
		}
	}
	if n := bits.OnesCount64(uint64(l)); n < plain || n > 64-plain {
		return 0
	}
	return l
}

func grey(img *image.RGBA, x, y int) int {
	p := img.Pix[img.PixOffset(x, y):]
	return (299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])) / 1000
}

// alike reports whether two pictures look nearly the same.
func (l Look) alike(o Look) bool {
	return l != 0 && o != 0 && bits.OnesCount64(uint64(l^o)) <= close
}

// bands are the four quarters of a look: of two that differ in at most three bits one is equal.
func (l Look) bands() (out [4]int64) {
	for i := range out {
		out[i] = int64(l >> (16 * i) & 0xffff)
	}
	return out
}
