package audience

import "quantriet/internal/kit/words"

// Ready are the groups that the study of resolutions usually has (S0, S1, S3, S4 and R020 to
// R026), each under a code whose name is a word. They are starting points: a campaign or an
// own audience takes a copy and changes it.
var Ready = []struct {
	Code  string
	Query Query
}{
	{"key_cadre", Query{KeyCadre: true}},
	{"committee", Query{Kinds: members, Positions: []string{"ủy viên", "cấp ủy viên", "bí thư"}}},
	{"secretary", Query{Kinds: members, Positions: []string{"bí thư"}, Levels: []string{"cell"}}},
	{"reporter", Query{Positions: []string{"báo cáo viên", "tuyên truyền viên"}}},
	{"member", Query{Kinds: members}},
	{"official", Query{Kinds: []string{"official"}}},
	{"probationary", Query{Kinds: []string{"probationary"}}},
	{"young", Query{Kinds: members, AgeTo: 35}},
	{"exempt", Query{Kinds: members, Relief: "exempt"}},
	{"reduced", Query{Kinds: members, Relief: "reduced"}},
	{"former", Query{Positions: []string{"nguyên"}}},
	{"veteran", Query{Kinds: members, PartyFrom: 30}},
	{"teacher", Query{Positions: []string{"giáo viên", "giảng viên", "hiệu trưởng", "hiệu phó", "cán bộ quản lý giáo dục"}}},
	{"agency", Query{Sitting: true, Kinds: []string{"official", "probationary", "civil"}}},
	{"commune_post", Query{Positions: []string{"xã", "phường", "đặc khu"}}},
	{"rural", Query{Kinds: members, Positions: []string{"nông dân", "thôn", "bản", "ấp", "xóm", "buôn"}}},
	{"armed", Query{Positions: []string{"chiến sĩ", "sĩ quan", "quân nhân", "bộ đội", "công an", "biên phòng", "dân quân"}}},
	{"civil", Query{Kinds: []string{"civil"}}},
	{"union", Query{Groups: []string{"union", "association"}}},
	{"mass", Query{Groups: []string{"union", "association", "mass"}}},
	{"core_mass", Query{Groups: []string{"core_mass"}}},
	{"worker", Query{Groups: []string{"worker"}}},
	{"notable", Query{Groups: []string{"notable", "business", "religious", "ethnic"}}},
}

var members = []string{"official", "probationary"}

// ReadyOf is the query of a ready group; false for an unknown code.
func ReadyOf(code string) (Query, bool) {
	for _, r := range Ready {
		if r.Code == code {
			return r.Query, true
		}
	}
	return Query{}, false
}

func nameOf(lang, code string) string { return words.T(lang, "audience.ready."+code) }
