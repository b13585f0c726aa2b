package year

import (
	"quantriet/internal/base/setting"
	"quantriet/internal/kit/fault"
)

// Cap is the most that may be rated as excellent, in percent of those rated as good.
var Cap = setting.Key[int64]{Name: "merit.cap", Default: 20, Source: "Nghị định 335/2025/NĐ-CP; với đảng viên: Hướng dẫn 21-HD/BTCTW năm 2019, chờ hướng dẫn Quy định 366"}

// Group is an agency, or a group of like duties in it, with the counts that were typed.
type Group struct {
	Name      string `json:"name"`
	Excellent int64  `json:"excellent" doc:"rated hoàn thành xuất sắc"`
	Good      int64  `json:"good" doc:"rated hoàn thành tốt: the denominator"`
}

// Most is how many may be rated as excellent.
func (g Group) Most(percent int64) int64 { return percent * g.Good / 100 }

// Holds reports whether the cap is kept.
func (g Group) Holds(percent int64) bool { return 100*g.Excellent <= percent*g.Good }

// Caps is what the cap says of every group. A group by itself decides; the sum may hold while a
// group does not.
type Caps struct {
	Percent int64   `json:"percent"`
	Source  string  `json:"source"`
	Groups  []Group `json:"groups"`
}

// Hold reports whether all groups keep the cap.
func (c Caps) Hold() bool {
	for _, g := range c.Groups {
		if !g.Holds(c.Percent) {
			return false
		}
	}
	return true
}

// mostGroups bounds the groups of one check, mostCount what may be typed.
const (
	mostGroups = 20
	mostCount  = 10_000_000
)

// check refuses counts that are none. Faults: Invalid.
func check(gs []Group) error {
	if len(gs) > mostGroups {
		return fault.At("group", "year.too_many_groups", "n", mostGroups)
	}
	for _, g := range gs {
		if g.Excellent < 0 || g.Good < 0 || g.Excellent > mostCount || g.Good > mostCount {
			return fault.At("good", "web.not_number", "min", 0, "max", mostCount)
		}
	}
	return nil
}
