// Package ui is the look: the frames of a page, its parts, styles, icons, fonts and
// vendored scripts. It knows no business: it shows what it is given, in the words of
// kit/words and the numbers of kit/text. Figures carry their evidence, states a sign
// and a word, pages one red button.
//
// A page is a templ component that begins with one of the frames:
//
//	@ui.Layout(p) { … }   officers, on a desktop (and on a phone, with tabs below)
//	@ui.Phone(p) { … }    members, secretaries, ushers: one column, large
//	@ui.Bare(p) { … }     sign-in, set-up, errors
//	@ui.Doc(p) { … }      an A4 sheet to print
//
// The Content-Security-Policy forbids inline styles and scripts, so widths are SVG
// attributes and everything else is a class of theme.css or pages.css. Every part
// works without JavaScript. Gallery shows all parts with invented data.
package ui
