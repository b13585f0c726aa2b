// Package docs carries the guides that the program serves as its help pages, one for each
// role, in Vietnamese. The other pages of this folder are for builders.
package docs

import "embed"

// Guides are Markdown files guide/<name>.md; the first line of each is "# " and its title.
//
//go:embed guide/*.md
var Guides embed.FS
