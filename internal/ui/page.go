package ui

import (
	"embed"
	"time"

	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

//go:embed words
var wordFiles embed.FS

var _ = words.Load(wordFiles)

// Page is what every frame needs to know; base/web fills it for a request.
type Page struct {
	Lang    string  // "vi" or "en"
	Title   string  // of the tab and, on Phone and in Head, the h1
	Sub     string  // line under the title on Phone
	Back    string  // where the arrow on Phone leads; "" shows our mark instead
	Section string  // Key of the current entry of Nav
	Crumbs  []Crumb // the way to this page, without the page itself
	Nav     []Item  // Phone shows at most five of them, Layout's bottom bar four and the rest in a menu

	Who          string // name of the signed-in person, "" for nobody
	Me           string // id of who is signed in: what the browser keeps of anybody else is taken away
	Post         string // unit and role
	Installation string // name of the Party organisation that runs this
	Sample       bool   // the installation holds invented numbers: says so on every page

	Founding string // where the first set-up is handed over, "" when it is not who looks that does it

	Dark, Big bool
	Path      string // current address, kept by the switches
	Notice    Notice
	Now       time.Time // in the civil time zone
	ID        string    // of the new row a form is about to make; also its key against double sending
	Version   string
	Find      string // address of the search page, "" hides the field
	Help      string // address of the help page, "" hides the link
	Menu      []Item // entries of the menu under the name, above sign-out
	Live      bool   // the page listens to server-sent events

	paper bool // needs the fonts of papers
}

// Crumb is one step of the way to a page; without Href it is only text.
type Crumb struct{ Text, Href string }

// Item is an entry of a navigation or menu; Icon is a name of the icon set.
type Item struct{ Key, Text, Href, Icon string }

// Link is a word that leads somewhere.
type Link struct{ Text, Href string }

// Notice tells once what just happened. Kind is ok, info, warn or late.
type Notice struct{ Kind, Text string }

// Errors are a form's messages by field name; "" holds those that blame no field.
type Errors map[string]string

// T is the word for key in the page's language.
func (p Page) T(key string, kv ...any) string { return words.T(p.Lang, key, kv...) }

// Int writes a whole number as the page's language does.
func (p Page) Int(n int64) string { return text.For(p.Lang).Int(n) }

func (p Page) printed() Page {
	p.paper = true
	return p
}

// theme is the value Tabler and theme.css switch on.
func (p Page) theme() string {
	if p.Dark {
		return "dark"
	}
	return "light"
}

func (p Page) rootClass() string {
	if p.Big {
		return "big"
	}
	return ""
}

// tab is what the browser writes on the tab.
func (p Page) tab() string {
	if p.Title == "" {
		return p.T("ui.name")
	}
	return p.Title + " – " + p.T("ui.name")
}

func (p Page) other() string {
	if p.Lang == "en" {
		return "vi"
	}
	return "en"
}

// here marks the current entry of a navigation.
func (p Page) here(i Item) bool { return i.Key != "" && i.Key == p.Section }

// first and rest divide the navigation for the bar at the bottom of a phone.
func (p Page) first(n int) []Item { return p.Nav[:min(n, len(p.Nav))] }

func (p Page) rest(n int) []Item { return p.Nav[min(n, len(p.Nav)):] }

func flip(on bool) string {
	if on {
		return "0"
	}
	return "1"
}

// First is the message to show where there is room for one: that of no field, or any.
func (e Errors) First() string {
	if s := e[""]; s != "" {
		return s
	}
	for _, s := range e {
		return s
	}
	return ""
}
