package app

import (
	_ "embed"
	"strings"

	"quantriet/internal/kit/words"
)

func sayVietnamese(key string) string { return words.T("vi", key) }

// quotes are sentences of the resolutions, as members quote them.
var quotes = []string{
	"Nghị quyết số 26-NQ/TW khẳng định: “Cán bộ là nhân tố quyết định sự thành bại của cách mạng; công tác cán bộ là khâu ‘then chốt’ của công tác xây dựng Đảng và hệ thống chính trị.”",
	"Tôi ghi nhớ yêu cầu “xây dựng đội ngũ cán bộ, nhất là cán bộ cấp chiến lược, người đứng đầu đủ phẩm chất, năng lực, uy tín, ngang tầm nhiệm vụ”.",
	"Nghị quyết số 27-NQ/TW nêu rõ: “Trả lương đúng là đầu tư cho phát triển nguồn nhân lực, tạo động lực nâng cao năng suất lao động và hiệu quả làm việc của người lao động.”",
}

// Essays and answers to the scenario, each of somebody else: three answers apart by an empty
// line, the writers apart by "---".
//
//go:embed demo_essays.txt
var essayTexts string

//go:embed demo_scenarios.txt
var scenarioTexts string

func answersIn(file string) (out [][]string) {
	for one := range strings.SplitSeq(file, "\n---\n") {
		out = append(out, strings.Split(strings.TrimSpace(one), "\n\n"))
	}
	return out
}
