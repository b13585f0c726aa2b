package text

import "slices"

// kin are the letters that fold to the same one, in order.
var kin = map[rune][]rune{'a': []rune("aăâ"), 'd': []rune("dđ"), 'e': []rune("eê"), 'o': []rune("oôơ"), 'u': []rune("uư")}

// Bounds of Starts: a word of ours has three letters of several kinds at most.
const mostStarts = 36

// Tones are what stands between two words of a NameKey, whatever the tone of the first.
var Tones = []string{"\"!", "\"2!", "\"3!", "\"4!", "\"5!", "\"6!"}

// Starts are the beginnings that a NameKey has when the given name begins with a folded
// word, ascending; put after a whole given name and one of Tones they tell family names the
// same way. whole reports that the word is all in them; else they take in more names than
// those that begin with it.
func Starts(folded string) (starts []string, whole bool) {
	starts = []string{""}
	for _, r := range folded {
		next, ok := longer(starts, r)
		if !ok {
			return starts, false
		}
		starts = next
	}
	return starts, true
}

func longer(starts []string, r rune) (next []string, ok bool) {
	letters := kin[r]
	if letters == nil {
		letters = []rune{r}
	}
	if weight[r] == 0 || len(starts)*len(letters) > mostStarts {
		return nil, false
	}
	for _, s := range starts {
		for _, l := range letters {
			next = append(next, s+string(weight[l]))
		}
	}
	return next, true
}

// After is the least key above all that begin with start.
func After(start string) string {
	b := []byte(start)
	if len(b) == 0 {
		return "\x7f"
	}
	b[len(b)-1]++
	return string(slices.Clone(b))
}
