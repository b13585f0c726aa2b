package document

import (
	"embed"

	"quantriet/internal/kit/words"
)

//go:embed words/*.json
var texts embed.FS

var _ = words.Load(texts)
