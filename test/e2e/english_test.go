package e2e

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"

	"quantriet/internal/kit/words"
)

// texts are the pieces of text of a page in English, each once.
const texts = `(async path => {
	document.cookie = 'lang=en; path=/';
	const html = await (await fetch(path)).text();
	document.cookie = 'lang=; path=/; max-age=0';
	const page = new DOMParser().parseFromString(html, 'text/html'), out = new Set();
	page.querySelectorAll('script, style, template, [lang=vi]').forEach(e => e.remove());
	const walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) out.add(walk.currentNode.data.trim().replace(/\s+/g, ' '));
	for (const e of page.body.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
		for (const a of ['aria-label', 'title', 'placeholder', 'alt']) out.add((e.getAttribute(a) || '').trim());
	return JSON.stringify([...out]);
})`

var marked = regexp.MustCompile(`[À-ỹ]`)

// stored are words that also stand in the story as data: an audience, a position, a part of a name.
var stored = []string{"Đảng viên", "Cán bộ chủ chốt", "Quyền"}

// vietnamese are the words of the screen that English has others for. Texts of templates become a
// unit's own once they are taken over, so they are left out, as are words with places to fill in.
func vietnamese() map[string]string {
	out := map[string]string{}
	for key, vi := range words.Book("vi") {
		if vi != words.Book("en")[key] && marked.MatchString(vi) && !copied.MatchString(key) && !slices.Contains(stored, vi) {
			out[vi] = key
		}
	}
	return out
}

var copied = regexp.MustCompile(`^(essay\.(template|criterion)|audience\.ready|campaign\.usual)\.`)

// english fails when a page in English says words of the screen in Vietnamese. Guides are in Vietnamese.
func (h *house) english(path string, ours map[string]string) *house {
	h.t.Helper()
	if strings.HasPrefix(path, "/help") {
		return h
	}
	got, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](texts+`(`+quoted(path)+`)`, chromedp.EvalAwaitPromise))
	var all []string
	if err == nil {
		err = json.Unmarshal([]byte(got), &all)
	}
	if err != nil {
		h.t.Fatal(path, err)
	}
	for _, s := range all {
		if key := ours[s]; key != "" {
			h.t.Errorf("%s in English: %q (%s)", path, s, key)
		}
	}
	return h
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
