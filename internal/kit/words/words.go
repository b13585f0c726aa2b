// Package words keeps the sentences of the screen by key, in every language.
// Each room brings words/vi.json and words/en.json; a test proves that both have
// the same keys and the same placeholders.
package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

// Langs are the languages of the interface; the first is the one that is fallen back to.
var Langs = []string{"vi", "en"}

var book = map[string]map[string]string{"vi": {}, "en": {}}

// Load adds words/<lang>.json of a package; call it from a package-level var so that
// importing a room brings its words: var _ = words.Load(files).
func Load(files embed.FS) bool {
	for _, lang := range Langs {
		b, err := files.ReadFile("words/" + lang + ".json")
		if err != nil {
			panic(err)
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			panic(fmt.Sprintf("words/%s.json: %v", lang, err))
		}
		for k, v := range m {
			if _, twice := book[lang][k]; twice {
				panic("word twice: " + k)
			}
			book[lang][k] = v
		}
	}
	return true
}

// T returns the word for key with {name} placeholders filled from name, value pairs; a value
// that has a language of its own, such as Said, is told in lang.
// A key without a word shows itself: ugly, but it loses nobody's work.
func T(lang, key string, kv ...any) string {
	s, ok := book[lang][key]
	if !ok {
		if s, ok = book[Langs[0]][key]; !ok {
			return key
		}
	}
	for i := 0; i+1 < len(kv); i += 2 {
		value := kv[i+1]
		if inner, ok := value.(interface{ In(lang string) string }); ok {
			value = inner.In(lang)
		}
		s = strings.ReplaceAll(s, "{"+fmt.Sprint(kv[i])+"}", fmt.Sprint(value))
	}
	return s
}

// Said is a sentence that stands in another one, told in the language of that one.
type Said struct {
	Key  string
	Args []any
}

// In is the sentence in a language.
func (s Said) In(lang string) string { return T(lang, s.Key, s.Args...) }

// Line is several sentences, one behind the other.
type Line []Said

// In is the line in a language.
func (l Line) In(lang string) string {
	out := make([]string, len(l))
	for i, s := range l {
		out[i] = s.In(lang)
	}
	return strings.Join(out, " ")
}

// Has reports whether a key has a word.
func Has(key string) bool { _, ok := book[Langs[0]][key]; return ok }

// Book is a language's words, for tests.
func Book(lang string) map[string]string { return book[lang] }
