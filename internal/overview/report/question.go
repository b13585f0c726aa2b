package report

import (
	"quantriet/internal/kit/id"
)

// Question is asked of the unit before it sends: one sentence (word key and its arguments) about
// a figure. Must: it has to be answered or mended before the report goes up; the others advise.
type Question struct {
	Code     string `json:"code"`
	Figure   string `json:"figure" doc:"empty: about the report as a whole"`
	Document id.ID  `json:"document"`
	Key      string `json:"key"`
	Args     []string`json:"args"`
	Must     bool   `json:"must"`
}

// Mark says that members contest a figure: how many, and where it is decided.
type Mark struct {
	Figure   string `json:"figure"`
	Document id.ID  `json:"document"`
	Count    int64  `json:"count"`
	Href     string `json:"href"`
}
