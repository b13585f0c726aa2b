package device

import (
	"strings"
	"time"

	"quantriet/internal/kit/id"
)

// Device is a browser as its owner sees it.
type Device struct {
	ID        id.ID  `json:"id"`
	Name      string `json:"name" doc:"as its owner calls it; may be empty"`
	Agent     string `json:"agent" doc:"what the browser says of itself"`
	Kept      bool   `json:"kept" doc:"stays signed in, or is not asked for the second step"`
	Strong    bool   `json:"-"` // the second step was proven here
	CreatedAt int64  `json:"created_at"`
	SeenAt    int64  `json:"seen_at"`
	Open      bool   `json:"open" doc:"somebody is signed in there now"`
	Here      bool   `json:"here" doc:"the one that asks"`
}

const (
	keptFor  = 180 * 24 * time.Hour // a kept device unused for so long is forgotten
	knownFor = 90 * 24 * time.Hour  // and any other
	maxName  = 60
	secretIs = 43 // letters
)

// until is when a device is forgotten that was last seen at an instant.
func until(seen int64, kept bool) int64 {
	if kept {
		return seen + keptFor.Milliseconds()
	}
	return seen + knownFor.Milliseconds()
}

// Plausible reports whether a cookie can be the secret of a device.
func Plausible(cookie string) bool {
	return len(cookie) == secretIs && strings.Trim(cookie, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// Title is what a device is called: by its owner, else "Chrome, Android"; "" for one that nobody
// knows.
func (d Device) Title() string {
	if d.Name != "" {
		return d.Name
	}
	return browser(d.Agent)
}
