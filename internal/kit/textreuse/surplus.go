package textreuse

import (
	"bytes"
	"strconv"
)

// What is strewn in by rule: numbers that count words, lines or notes, and every word said
// again. One number more or a word said twice means something and stays.
const (
	countReach = 16 // words between a number and the one it follows
	leastCount = 4  // numbers in a row
	denseOf    = 8  // numbers …
	denseIn    = 28 // … within so many words are no sentence
	leastEchos = 4  // words in a row that are said again
)

// surplus drops it and reports whether there was any.
func (t *Text) surplus() bool {
	var numbers, again []stride
	n, echos := t.strewn()
	if n >= leastCount {
		numbers = t.countings()
		t.drop(numbers)
	}
	if len(numbers) > 0 || echos >= leastEchos {
		again = t.echoes()
		t.drop(again)
	}
	return len(numbers)+len(again) > 0
}

// strewn counts the words that begin with a digit, and the longest row of words that are said again;
// of most texts that is all there is to do.
func (t *Text) strewn() (numbers, echos int) {
	letters, words := t.Letters, t.Words
	if len(words) > 0 && digit(letters[0]) {
		numbers++
	}
	row, last := 0, -2
	for i := 1; i < len(words); i++ {
		w, v := words[i-1], words[i]
		c := letters[v]
		if digit(c) {
			numbers++
		}
		if c != letters[w] || !bytes.Equal(letters[w:v], letters[v:t.wordEnd(i)]) {
			continue
		}
		switch i - last {
		case 1:
		case 2:
			row++
		default:
			row = 1
		}
		last, echos = i, max(echos, row)
	}
	return numbers, echos
}

func (t *Text) drop(words []stride) {
	if len(words) == 0 {
		return
	}
	fixes := make([]fix, len(words))
	for i, s := range words {
		fixes[i] = fix{from: s.from, to: s.to, letters: []byte{}}
	}
	t.apply(fixes)
}

// countings lists the numbers that go up one by one, and those that stand as thick as in a
// table.
func (t *Text) countings() (out []stride) {
	var at []int
	for i, w := range t.Words {
		if digit(t.Letters[w]) && allDigits(t.word(i)) {
			at = append(at, i)
		}
	}
	counts := t.chained(at)
	for k := range at {
		if k+denseOf <= len(at) && at[k+denseOf-1]-at[k] <= denseIn {
			for i := k; i < k+denseOf; i++ {
				counts[i] = true
			}
		}
	}
	for k, i := range at {
		if counts[k] {
			out = append(out, stride{i, i + 1})
		}
	}
	return out
}

// chained marks the numbers of rows; other numbers may stand between.
func (t *Text) chained(at []int) []bool {
	const back = 4
	in, value, long, before := make([]bool, len(at)), make([]int, len(at)), make([]int, len(at)), make([]int, len(at))
	for k, i := range at {
		n, err := strconv.Atoi(string(t.word(i)))
		if err != nil {
			n = -1
		}
		value[k], long[k], before[k] = n, 1, -1
		for j := k - 1; n >= 0 && j >= max(0, k-back) && i-at[j] <= countReach+back; j-- {
			if value[j] == n-1 {
				long[k], before[k] = long[j]+1, j
				break
			}
		}
		if long[k] >= leastCount {
			for j := k; j >= 0 && !in[j]; j = before[j] {
				in[j] = true
			}
		}
	}
	return in
}

// echoes lists the words that repeat the one before them, where every word is repeated.
func (t *Text) echoes() (out []stride) {
	row := 0
	for i := 0; i < len(t.Words); {
		to := i + 1
		for to < len(t.Words) && bytes.Equal(t.word(i), t.word(to)) {
			to++
		}
		switch {
		case to-i > 1:
			row++
			out = append(out, stride{i + 1, to})
		case row > 0:
			if row < leastEchos {
				out = out[:len(out)-row]
			}
			row = 0
		}
		i = to
	}
	if row < leastEchos {
		out = out[:len(out)-row]
	}
	return out
}
