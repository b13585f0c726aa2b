package secret

import (
	"encoding/base64"
	"encoding/json"

	"quantriet/internal/kit/seal"
)

type ticket struct {
	Until int64           `json:"u"`
	Value json.RawMessage `json:"v"`
}

const maxTicket = 8 << 10 // letters; a longer one is nobody's

// Ticket seals a value until an instant (Unix milliseconds), safe in a cookie, form or address.
func Ticket(s *seal.Box, about string, until int64, v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	if b, err = json.Marshal(ticket{until, b}); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(s.Seal(b, "ticket "+about)), nil
}

// Redeem opens a ticket into v; false for one that is forged, over, or for something else.
func Redeem(s *seal.Box, about string, now int64, text string, v any) bool {
	if text == "" || len(text) > maxTicket {
		return false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	b, err := s.Open(sealed, "ticket "+about)
	if err != nil {
		return false
	}
	var t ticket
	return json.Unmarshal(b, &t) == nil && now < t.Until && json.Unmarshal(t.Value, v) == nil
}
