package slip

import (
	"quantriet/internal/base/access"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Row is a member of the cell as the secretary sees them.
type Row struct {
	Person   id.ID  `json:"person"`
	Name     string `json:"name"`
	Unit     id.ID  `json:"unit"`
	UnitName string `json:"unit_name"`
	Till     int64  `json:"till" doc:"when the slip that is out ends, Unix milliseconds UTC; 0 is none out"`
	UsedAt   int64  `json:"used_at" doc:"last slip that was used; 0 is none"`
	Above    bool   `json:"above" doc:"may do more than a member, keeps a second step, or is shut out: gets no slip"`

	account id.ID
}

// Printed is a slip on paper. Its code is told once.
type Printed struct {
	Person   id.ID  `json:"person"`
	Name     string `json:"name"`
	UnitName string `json:"unit_name"`
	Code     string `json:"code"`
	Till     int64  `json:"till"`
}

const (
	groups  = 3 // of a code
	size    = 4 // letters of a group
	minDays = 1
	maxDays = 30
	usual   = 7   // days
	most    = 100 // slips of one printing
)

// hash is how a code is stored; false for what can be none.
func hash(typed string) (string, bool) {
	code, ok := secret.Tidy(typed, groups, size)
	return secret.Hash("slip " + code), ok
}

func checkDays(days int64) error {
	if days < minDays || days > maxDays {
		return fault.At("days", "slip.bad_days", "min", minDays, "max", maxDays)
	}
	return nil
}

// secretary is who with nothing but what they are as secretary of a cell.
func secretary(who access.Actor) (access.Actor, error) {
	var own []access.Grant
	for _, g := range who.Grants {
		if g.Role == access.Secretary {
			own = append(own, g)
		}
	}
	if len(own) == 0 {
		return who, fault.New(fault.Denied, "slip.secretary_only")
	}
	who.Grants = own
	return who, nil
}
