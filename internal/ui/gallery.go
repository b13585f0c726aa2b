package ui

import "time"

// The gallery's numbers are those of the mock pages: published totals, everything else invented.

func day(d, h, m int) time.Time {
	return time.Date(2018, 7, d, h, m, 0, 0, time.FixedZone("+07", 7*3600))
}

var (
	sampleAll   = [5]int64{36073, 21536, 18779, 7746, 10910}
	sampleUnit  = [5]int64{5204, 2816, 3190, 1050, 860}
	sampleWeak  = [5]int64{1064, 1301, 1419, 828, 7213}
	sampleStrip = Strip{Start: time.Date(2018, 6, 26, 0, 0, 0, 0, day(1, 0, 0).Location()), From: "từ 26/6", Source: "Kế hoạch 117-KH/TU",
		Ticks: []Tick{{day(20, 0, 0), "trước 20/7", "cấp trên cơ sở", true}, {day(25, 0, 0), "trước 25/7", "cơ sở, chi bộ", true}}}
)

var sampleTree = Coverage{Name: "Đảng bộ thành phố", Rate: "93,36%", Num: 94296, Den: 100999, UnitsWord: "trong 804 tổ chức cơ sở", OverdueNum: 3,
	Units: []CoverUnit{
		{"Quận Hồng Bàng", "Hồng Bàng", "96,79%", "#hb", 7487, 7735, false, [3]int64{54, 4, 0}},
		{"Quận Ngô Quyền", "Ngô Quyền", "97,20%", "#nq", 9696, 9975, false, [3]int64{61, 5, 0}},
		{"Quận Lê Chân", "Lê Chân", "97,80%", "#lc", 11730, 11994, false, [3]int64{66, 6, 0}},
		{"Quận Hải An", "Hải An", "95,51%", "#ha", 4680, 4900, false, [3]int64{36, 5, 0}},
		{"Quận Kiến An", "Kiến An", "96,11%", "#ka", 6098, 6345, false, [3]int64{46, 6, 0}},
		{"Quận Đồ Sơn", "Đồ Sơn", "90,21%", "#ds", 2654, 2942, false, [3]int64{22, 6, 1}},
		{"Quận Dương Kinh", "D. Kinh", "94,91%", "#dk", 2538, 2674, false, [3]int64{23, 3, 0}},
		{"Huyện Thủy Nguyên", "Thủy Nguyên", "94,25%", "#tn", 13024, 13818, true, [3]int64{77, 19, 4}},
		{"Huyện An Dương", "An Dương", "94,10%", "#ad", 6391, 6792, false, [3]int64{48, 8, 1}},
		{"Huyện An Lão", "An Lão", "95,70%", "#al", 5981, 6250, false, [3]int64{47, 6, 0}},
		{"Huyện Kiến Thụy", "Kiến Thụy", "97,40%", "#kt", 6251, 6418, false, [3]int64{53, 3, 0}},
		{"Huyện Tiên Lãng", "Tiên Lãng", "92,80%", "#tl", 6663, 7180, false, [3]int64{50, 9, 2}},
		{"Huyện Vĩnh Bảo", "Vĩnh Bảo", "71,20%", "#vb", 6565, 9220, true, [3]int64{41, 21, 12}},
		{"Huyện Cát Hải", "Cát Hải", "93,29%", "#ch", 2112, 2264, false, [3]int64{24, 4, 0}},
		{"Huyện Bạch Long Vĩ", "BLV", "83,84%", "#bl", 192, 229, true, [3]int64{3, 3, 1}},
		{"Bộ Chỉ huy Quân sự thành phố", "Q. sự", "98,72%", "#qs", 2234, 2263, false, [3]int64{24, 0, 0}},
	}}

var sampleWhy = Why{Label: "Tỷ lệ trên số phải học", Value: "94,25%",
	Above: "13.120 đã học − 96 được miễn vẫn dự", Below: "15.230 đảng viên − 1.412 được miễn",
	Quotient: "= 13.024 ÷ 13.818 = 0,942538…", Rounding: "Làm tròn nửa lên, 2 chữ số. Cắt bớt cũng được 94,25%.",
	Grades: sampleUnit, Close: "#",
	Parts: []Part{{"77 tổ chức cơ sở đã xong", "10.806", "#", false}, {"19 tổ chức cơ sở đang học", "2.314", "#", false},
		{"4 tổ chức cơ sở chưa mở lớp", "0", "", false}, {"100 tổ chức cơ sở đảng", "13.120", "", true}}}

var sampleFindings = []Finding{
	{"late", "late", "Trễ 3 ngày", "Huyện Vĩnh Bảo", "chưa mở báo cáo; 12/74 tổ chức cơ sở chưa mở lớp. Đã nhắc 2 lần.", "", []Link{{"Nhắc lần 3", "#"}, {"12 đơn vị", "#"}}},
	{"warn", "ask", "Nên hỏi lại", "Quận Lê Chân", "97,80%, nhưng 7.213/11.825 là khai báo (E5). Chưa nên dùng số này khi phát biểu.", "", []Link{{"Hỏi đơn vị", "#"}, {"Vì sao?", "#"}}},
	{"warn", "ask", "Nên hỏi lại", "Huyện Tiên Lãng", "312 lượt được đánh dấu trong 4 phút lúc 22:06 ngày 19/07.", "Có thể là nhập bù từ sổ giấy.", []Link{{"Xem 312 lượt", "#"}}},
	{"info", "flag", "Báo sai", "", "3 đảng viên báo sai bản ghi “vắng”; 1 việc đã chờ 2 ngày làm việc.", "", []Link{{"Mở 3 việc", "#"}}},
}

// sampleRow is a row of the gallery's tree-table.
type sampleRow struct {
	kind, name            string
	depth                 int
	a, b, c, d            int64
	all, obliged, href    string
	grades                [5]int64
	sKind, sSign, sWord   string
	clock, clockText, was string
}

var sampleRows = []sampleRow{
	{"sum", "Toàn thành phố", 0, 112000, 11001, 100999, 95044, "84,86%", "93,36%", "#", sampleAll, "", "", "", "", "", "3 trễ, 1 muộn"},
	{"sel", "Huyện Thủy Nguyên", 0, 15230, 1412, 13818, 13120, "86,15%", "94,25%", "#", sampleUnit, "", "pencil", "Đang soạn", "late", "Trễ 3 ngày", ""},
	{"kid", "Đảng bộ xã mẫu 01", 1, 412, 38, 374, 371, "90,05%", "98,13%", "", [5]int64{188, 92, 71, 20, 0}, "ok", "check", "Đã nhận", "", "", "Gửi 18/07"},
	{"kid", "Đảng bộ xã mẫu 02", 1, 386, 41, 345, 201, "52,07%", "58,26%", "", [5]int64{0, 0, 0, 60, 141}, "", "pencil", "Đang soạn", "", "", "Hạn 25/07"},
	{"", "Quận Đồ Sơn", 0, 3260, 318, 2942, 2671, "81,93%", "90,21%", "#", [5]int64{801, 641, 694, 321, 214}, "warn", "back", "Trả lại", "", "", "Gửi 19/07"},
	{"", "Huyện Tiên Lãng", 0, 8010, 830, 7180, 6708, "83,75%", "92,80%", "#", [5]int64{2214, 1677, 1744, 738, 335}, "info", "send", "Chờ xem", "warn", "Muộn 1 ngày", ""},
	{"", "Quận Lê Chân", 0, 13480, 1486, 11994, 11825, "87,72%", "97,80%", "#", sampleWeak, "info", "send", "Chờ xem", "", "", "Gửi 19/07"},
}

var sampleChoice = []Option{
	{Value: "1", Text: "Cán bộ chủ chốt được triệu tập", Note: "Dự tại Trung tâm Hội nghị thành phố", Right: "480", On: true},
	{Value: "2", Text: "Đại biểu 16 điểm cầu", Note: "15 quận, huyện và Bộ Chỉ huy Quân sự", Right: "3.350", On: true},
	{Value: "3", Text: "Đoàn viên, hội viên, quần chúng", Note: "Chỉ đếm lượt, không lập danh sách", Right: "theo lượt"},
}

var sampleErrors = Errors{"ten": "Xin ghi tên đợt học tập.", "han": "Muộn nhất: trước 25/07/2018, theo Kế hoạch 117-KH/TU.", "": "Chi bộ: một thời hạn bị nới."}

// GalleryPage is a Page filled for the gallery: an officer of an invented installation.
func GalleryPage(lang string) Page {
	return Page{Lang: lang, Title: "Học tập, quán triệt các nghị quyết Trung ương 7 (khóa XII)", Section: "campaign",
		Crumbs: []Crumb{{"Đợt học tập", "/campaigns"}, {"2018", ""}},
		Nav: []Item{{"today", "Hôm nay", "/", "home"}, {"campaign", "Đợt học tập", "/campaigns", "book"}, {"meeting", "Hội nghị", "/meetings", "calendar"},
			{"report", "Báo cáo", "/reports", "file"}, {"org", "Tổ chức", "/units", "tree"}, {"document", "Văn bản", "/documents", "list"}},
		Who: "Đảng viên mẫu 002", Post: "Phó Bí thư Thường trực", Installation: "Đảng bộ thành phố Hải Phòng", Sample: true,
		Path: "/gallery", Now: day(23, 8, 30), ID: "00000000000A1", Version: "0.1", Find: "/search", Help: "/help",
		Notice: Notice{"ok", "Đã lưu kế hoạch. 16 đơn vị sẽ thấy việc của mình khi đợt được mở."}}
}
