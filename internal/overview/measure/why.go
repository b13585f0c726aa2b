package measure

import (
	"net/url"

	"quantriet/internal/kit/id"
)

// Why is where a figure of a unit in a campaign opens to its formula, parts and names; document 0
// is for one that stands once.
func Why(campaign, unit id.ID, code string, document id.ID) string {
	q := url.Values{"figure": {code}}
	if document != 0 {
		q.Set("document", document.String())
	}
	return "/campaigns/" + campaign.String() + "/reports/" + unit.String() + "/why?" + q.Encode()
}
