// Package text is how Quán Triệt treats Vietnamese: cleaning what was typed,
// folding it for search, ordering names and titles, and writing numbers and
// dates as people here read them. It knows nothing of the business and nothing
// in it can fail except ParseDate.
//
//	Clean, Lines     every string at the edge: NFC, no control characters
//	Fold             the search column ("Đường" → "duong")
//	NameKey, TitleKey  the sort-key column; hex digits, equal order on every engine
//	Int, Percent, Date, Weekday …  Vietnamese; For("en") gives the English ones
package text
