package ui

import (
	"fmt"
	"time"
)

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

// sampleUnits are name, short name, obliged who studied, obliged, how many below, in which share of ten parts what was only declared.
var sampleUnits = []struct {
	name, short              string
	num, den, kids, declared int64
	late                     bool
}{
	{"Quận Hồng Bàng", "Hồng Bàng", 7487, 7735, 58, 1, false},
	{"Quận Ngô Quyền", "Ngô Quyền", 9696, 9975, 66, 0, false},
	{"Quận Lê Chân", "Lê Chân", 11730, 11994, 72, 6, false},
	{"Quận Hải An", "Hải An", 4680, 4900, 41, 1, false},
	{"Quận Kiến An", "Kiến An", 6098, 6345, 52, 1, false},
	{"Quận Đồ Sơn", "Đồ Sơn", 2654, 2942, 29, 1, false},
	{"Quận Dương Kinh", "D. Kinh", 2538, 2674, 26, 1, false},
	{"Huyện Thủy Nguyên", "Thủy Nguyên", 13024, 13818, 100, 1, true},
	{"Huyện An Dương", "An Dương", 6391, 6792, 57, 1, false},
	{"Huyện An Lão", "An Lão", 5981, 6250, 53, 1, false},
	{"Huyện Kiến Thụy", "Kiến Thụy", 6251, 6418, 56, 1, false},
	{"Huyện Tiên Lãng", "Tiên Lãng", 6663, 7180, 61, 1, false},
	{"Huyện Vĩnh Bảo", "Vĩnh Bảo", 6565, 9220, 74, 1, true},
	{"Huyện Cát Hải", "Cát Hải", 2112, 2264, 28, 1, false},
	{"Huyện Bạch Long Vĩ", "BLV", 192, 229, 7, 1, true},
	{"Bộ Chỉ huy Quân sự thành phố", "Q. sự", 2234, 2263, 24, 0, false},
}

var sampleTree = Coverage{Cover: sampleCover(), Note: "675 xong · 108 đang học · 21 chưa mở lớp, trong 804 tổ chức cơ sở", Overdue: 3}

func sampleCover() Cover {
	c := Cover{Name: "Đảng bộ thành phố", Num: 94296, Den: 100999, Members: 112000, Grades: sampleAll}
	for i, s := range sampleUnits {
		u := sampleShare(s.num, s.den, s.declared)
		u.Name, u.Short, u.Href, u.Late = s.name, s.short, fmt.Sprintf("#u%d", i), s.late
		for k := range s.kids {
			part := 1 + (k*k+3)%7
			u.Below = append(u.Below, sampleShare(s.num*part/s.kids/4, s.den*part/s.kids/4, (s.declared+k)%5))
			u.Below[k].Name = fmt.Sprintf("Đảng bộ xã mẫu %02d", k+1)
		}
		c.Below = append(c.Below, u)
	}
	return c
}

// sampleShare invents how num are known, declared tenths of them without evidence.
func sampleShare(num, den, declared int64) Cover {
	c := Cover{Num: num, Den: den, Members: den * 111 / 100}
	c.Grades[4] = num * declared / 10
	left := num - c.Grades[4]
	c.Grades[0], c.Grades[1], c.Grades[3] = left*4/10, left*3/10, left/10
	c.Grades[2] = left - c.Grades[0] - c.Grades[1] - c.Grades[3]
	return c
}

func sampleBars() (out []Bar) {
	for _, u := range sampleCover().Below {
		out = append(out, Bar{Name: u.Name, Href: u.Href, Grades: u.Grades, Of: u.Members})
	}
	return out
}

var sampleDays = Timeline{From: "2018-06-26", To: "2018-08-10", Today: "2018-07-23", Rows: []TimeRow{
	{Name: "Huyện Thủy Nguyên", Href: "#u7", Due: "2018-07-19", Grace: "2018-07-24", Frozen: "2018-08-01", Note: "đang soạn"},
	{Name: "Huyện Vĩnh Bảo", Href: "#u12", Due: "2018-07-19", Grace: "2018-07-21", Frozen: "2018-07-23", Note: "đã nhắc 2 lần"},
	{Name: "Huyện Tiên Lãng", Href: "#u11", Due: "2018-07-19", Grace: "2018-07-24", Frozen: "2018-08-01", Sent: "2018-07-20"},
	{Name: "Quận Lê Chân", Href: "#u2", Due: "2018-07-19", Grace: "2018-07-24", Frozen: "2018-08-01", Sent: "2018-07-18", Again: []string{"2018-07-20", "2018-07-22"}},
	{Name: "Bộ Chỉ huy Quân sự thành phố", Due: "2018-07-24", Grace: "2018-07-29", Frozen: "2018-08-01"},
	{Name: "Quận Đồ Sơn", Due: "2018-07-10", Sent: "2018-07-22"},
}}

var sampleCampaigns = []Multiple{
	{"Nghị quyết Trung ương 7 (khóa XII)", "#c4", "2018-06-26", 95044, 112000, 94296, 100999, sampleAll, true},
	{"Nghị quyết Trung ương 6 (khóa XII)", "#c3", "2017-12-05", 98120, 111400, 97010, 100300, [5]int64{12000, 21000, 38000, 17120, 10000}, false},
	{"Nghị quyết Trung ương 5 (khóa XII)", "#c2", "2017-07-10", 80211, 110800, 79802, 99700, [5]int64{0, 4000, 31000, 20211, 25000}, false},
	{"Chỉ thị 05-CT/TW", "#c1", "2016-08-15", 104800, 110100, 99100, 99100, [5]int64{0, 0, 9800, 15000, 80000}, false},
}

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
