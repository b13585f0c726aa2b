package textreuse

import "strings"

// longestSyllable is the length of "nghieng", the longest folded Vietnamese syllable.
const longestSyllable = 7

// The folded syllables of Vietnamese are an onset and a rime; not every pair is a word,
// but a pair that is none does no harm here.
const (
	onsets = " b c ch d g gh gi h k kh l m n ng ngh nh p ph r s t th tr v x q qu"
	rimes  = "a ac ach ai am an ang anh ao ap at au e ec em en eng enh ech eo ep et eu i ia ich iem ien ieng iep iet ieu im in inh ip it iu " +
		"o oa oac oach oai oam oan oang oanh oao oap oat oc oe oen oeo oet oi om on ong oong ooc op ot u ua uan uang uat uai uau uc ue uech uenh uen uet ui " +
		"uia uich uien uiet uin uinh uip uit uiu um un ung uo uoc uoi uom uon uong uop uot uou up ut uu"
)

// inventory is an open-addressing set of packed syllables, at most half full; 0 is empty.
type inventory [8192]uint64

func (t *inventory) has(k uint64) bool {
	i := k * spread >> 51
	for t[i] != 0 && t[i] != k {
		i = (i + 1) & 8191
	}
	return t[i] == k
}

func (t *inventory) put(k uint64) {
	i := k * spread >> 51
	for t[i] != 0 && t[i] != k {
		i = (i + 1) & 8191
	}
	t[i] = k
}

var syllables = func() *inventory {
	t := new(inventory)
	for _, o := range strings.Split(onsets, " ") {
		for _, r := range strings.Fields(rimes) {
			if s := o + r; fits(o, r) && len(s) <= longestSyllable {
				t.put(pack([]byte(s)))
			}
		}
	}
	t.put(pack([]byte("gi")))
	return t
}()

func fits(onset, rime string) bool {
	switch onset {
	case "q":
		return rime[0] == 'u' && len(rime) > 1
	case "qu":
		return rime[0] != 'u'
	case "gh", "ngh":
		return rime[0] == 'e' || rime[0] == 'i'
	}
	return onset != "" || len(rime) > 1 || rime == "a" || rime == "i" || rime == "o"
}

// isSyllable says whether w is a folded Vietnamese syllable.
func isSyllable(w []byte) bool {
	if len(w) > longestSyllable {
		return false
	}
	return syllables.has(pack(w))
}

// pack codes up to ten letters in six bits each.
func pack(w []byte) uint64 {
	var k uint64
	for _, c := range w {
		k = k<<6 | uint64(code[c])
	}
	return k
}

// code numbers the letters 1–36; the high bit, which own letters use to mark where a
// syllable begins, does not matter.
var code = func() (t [256]byte) {
	for i := range t {
		switch c := byte(i) & 0x7F; {
		case c >= 'a' && c <= 'z':
			t[i] = c - 'a' + 1
		case c >= '0' && c <= '9':
			t[i] = c - '0' + 27
		}
	}
	return t
}()

// split cuts letters that were written without spaces into syllables: as few pieces as
// possible, and no letter outside a syllable unless there is no other way. The returned
// ends are ascending and the last is len(w); whole is whether every piece is a syllable.
func split(w []byte) (ends []int, whole bool) {
	const stray = 6 // cost of a letter outside any syllable; a syllable costs 1
	cost := make([]int, len(w)+1)
	from := make([]int, len(w)+1)
	for e := 1; e <= len(w); e++ {
		cost[e], from[e] = cost[e-1]+stray, e-1
		for b := max(0, e-longestSyllable); b <= e-2; b++ {
			if cost[b]+1 < cost[e] && isSyllable(w[b:e]) {
				cost[e], from[e] = cost[b]+1, b
			}
		}
	}
	for e := len(w); e > 0; e = from[e] {
		ends = append(ends, e)
	}
	for i, j := 0, len(ends)-1; i < j; i, j = i+1, j-1 {
		ends[i], ends[j] = ends[j], ends[i]
	}
	return joinStrays(ends), cost[len(w)] < stray
}

// joinStrays makes one piece of neighbouring single letters.
func joinStrays(ends []int) []int {
	out, before := ends[:0], 0
	for i, e := range ends {
		next := e + 2
		if i+1 < len(ends) {
			next = ends[i+1]
		}
		if e-before > 1 || next-e > 1 || i+1 == len(ends) {
			out = append(out, e)
		}
		before = e
	}
	return out
}
