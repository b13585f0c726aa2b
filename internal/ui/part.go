package ui

import (
	"strconv"
)

// Ask is a question before a deed: Open is the button that shows it, Yes the one that posts to Action.
type Ask struct {
	Open, Icon, Class        string
	Title, Text, Action, Yes string
}

// Step is one part of a long form.
type Step struct {
	Text, Note, Href string
	Done, Now, Bad   bool
}

func drawing(name string) string {
	if d, ok := icons[name]; ok {
		return d
	}
	return "M11 12a1 1 0 1 0 2 0a1 1 0 1 0 -2 0"
}

func num(n int64) string { return strconv.FormatInt(n, 10) }

func alertRole(kind string) string {
	if kind == "late" {
		return "alert"
	}
	return "status"
}

var kindSigns = map[string]string{"ok": "check", "warn": "ask", "late": "late", "info": "info"}

func kindSign(kind string) string {
	if s, ok := kindSigns[kind]; ok {
		return s
	}
	return "info"
}

func stepClass(s Step) string {
	switch {
	case s.Now:
		return "c"
	case s.Done:
		return "d"
	}
	return "n"
}

func bigLabel(p Page) string {
	if p.Big {
		return p.T("ui.big_off")
	}
	return p.T("ui.big_on")
}

func darkLabel(p Page) string {
	if p.Dark {
		return p.T("ui.dark_off")
	}
	return p.T("ui.dark_on")
}

func langShort(p Page) string {
	if p.other() == "en" {
		return "EN"
	}
	return "VI"
}
