package photo

import (
	"embed"

	"quantriet/internal/kit/words"
)

//go:embed words/*.json
var files embed.FS

var _ = words.Load(files)
