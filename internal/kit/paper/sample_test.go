package paper

import (
	"fmt"
	"strings"
)

const madeOf = "Lập từ sổ điểm danh của 16 điểm cầu lúc 08 giờ 30 ngày 23/7/2018; số liệu mẫu, trừ tổng số đại biểu, số điểm cầu và thời hạn."

// report is the progress report of Hải Phòng 2018 with its table over all units.
func report() Official {
	return Official{
		Issuer: "THÀNH ỦY HẢI PHÒNG", By: "Thành ủy Hải Phòng", Symbol: "BC/TU", Place: "Hải Phòng", Date: "2018-07",
		Type: "BÁO CÁO", Abstract: "tiến độ học tập, quán triệt các nghị quyết Hội nghị\nTrung ương 7 (khóa XII), tính đến 08 giờ 30 ngày 23/7/2018",
		Body: []Block{
			Plain("Thực hiện Kế hoạch số 117-KH/TU, ngày 26/6/2018 của Ban Thường vụ Thành ủy, Thành ủy báo cáo tiến độ như sau:"),
			Heading{2, "1. Kết quả"},
			Plain("Điểm cầu chính triệu tập 480 đại biểu; 16 điểm cầu tại 15 quận, huyện và Bộ Chỉ huy Quân sự thành phố có 3.350 đại biểu."),
			Paragraph{{Text: "Có 95.044/112.000 đảng viên đã học, đạt 84,86%. Trong số đã học, 10.910/95.044 đồng chí (11,48%) mới là "},
				{Text: "số khai báo", Italic: true}, {Text: ", chưa có danh sách kèm theo."}},
			Heading{2, "2. Hạn chế"},
			Plain("Ba huyện Thủy Nguyên, Vĩnh Bảo, Bạch Long Vĩ chưa gửi báo cáo, quá thời hạn trước ngày 20/7; huyện Tiên Lãng gửi muộn 1 ngày."),
			Heading{2, "3. Nhiệm vụ thời gian tới"},
			Plain("Các đảng bộ cơ sở hoàn thành trước ngày 25/7/2018; tổ chức học bù cho 6.703 đảng viên chưa học."),
			Plain("Số liệu từng đơn vị tại Phụ lục. Tỷ lệ làm tròn nửa lên đến hai chữ số."),
		},
		Recipients: []string{"Ban Tuyên giáo Trung ương (để báo cáo)", "Thường trực Thành ủy", "Các quận ủy, huyện ủy, đảng ủy trực thuộc", "Lưu Văn phòng Thành ủy"},
		Authority:  "T/M BAN THƯỜNG VỤ", Position: "PHÓ BÍ THƯ", Signer: "Đảng viên mẫu 002",
		Mark: "BẢN TẠM TÍNH", Foot: []string{madeOf},
		Appendices: []Appendix{{
			Title: "Kết quả học tập theo đơn vị, tính đến 08 giờ 30 ngày 23/7/2018", Landscape: true,
			Blocks: []Block{byUnit(), Note{"E1: mã riêng trên máy riêng, khớp đếm đầu người; E2: mã tại trạm chung; E3: người phụ trách đánh dấu, có ký; E4: đánh dấu sau; E5: khai báo, chưa có căn cứ."}},
		}},
	}
}

const unitFigures = `1|Quận Hồng Bàng|255|8.640|905|71|7.735|7.558|3.930|1.663|1.285|453|227|87,48|96,79|54/58
2|Quận Ngô Quyền|270|11.215|1.240|102|9.975|9.798|4.800|2.450|1.568|686|294|87,37|97,20|61/66
3|Quận Lê Chân|290|13.480|1.486|95|11.994|11.825|1.064|1.301|1.419|828|7.213|87,72|97,80|66/72
4|Quận Hải An|205|5.320|420|33|4.900|4.713|2.168|1.273|848|283|141|88,59|95,51|36/41
5|Quận Kiến An|220|7.105|760|58|6.345|6.156|2.708|1.724|1.047|492|185|86,64|96,11|46/52
6|Quận Đồ Sơn|150|3.260|318|17|2.942|2.671|801|641|694|321|214|81,93|90,21|22/29
7|Quận Dương Kinh|150|2.915|241|19|2.674|2.557|1.047|742|486|205|77|87,72|94,91|23/26
8|Huyện Thủy Nguyên|310|15.230|1.412|96|13.818|13.120|5.204|2.816|3.190|1.050|860|86,15|94,25|77/100
9|Huyện An Dương|225|7.480|688|40|6.792|6.431|2.443|1.672|1.415|579|322|85,98|94,10|48/57
10|Huyện An Lão|215|6.905|655|52|6.250|6.033|2.413|1.629|1.207|543|241|87,37|95,70|47/53
11|Huyện Kiến Thụy|240|7.120|702|64|6.418|6.315|3.474|1.326|1.010|379|126|88,69|97,40|53/56
12|Huyện Tiên Lãng|230|8.010|830|45|7.180|6.708|2.214|1.677|1.744|738|335|83,75|92,80|50/61
13|Huyện Vĩnh Bảo|250|10.340|1.120|38|9.220|6.603|1.453|1.585|2.113|924|528|63,86|71,20|41/74
14|Huyện Cát Hải|120|2.460|196|15|2.264|2.127|766|596|468|191|106|86,46|93,29|24/28
15|Huyện Bạch Long Vĩ|20|235|6|0|229|192|0|38|106|29|19|81,70|83,84|3/7
16|Bộ Chỉ huy Quân sự thành phố|200|2.285|22|3|2.263|2.237|1.588|403|179|45|22|97,90|98,72|24/24
|Tổng cộng|3.350|112.000|11.001|748|100.999|95.044|36.073|21.536|18.779|7.746|10.910|84,86|93,36|675/804`

func byUnit() Table {
	t := Table{Columns: figures(16)}
	for _, text := range []string{"TT", "Tên đơn vị", "Đại biểu\nđiểm cầu", "Đảng viên\n(a)", "Miễn\n(b)", "Miễn\nvẫn dự\n(b1)", "Phải học\n(c = a−b)", "Đã học\n(d)"} {
		t.Head = append(t.Head, nil)[:1]
		t.Head[0] = append(t.Head[0], Head{text, 1, 2})
	}
	t.Head[0] = append(t.Head[0], Head{"Căn cứ của số đã học", 5, 1}, Head{"Tỷ lệ (%)", 2, 1}, Head{"Cơ sở\nxong", 1, 2})
	t.Head = append(t.Head, []Head{{"E1", 1, 1}, {"E2", 1, 1}, {"E3", 1, 1}, {"E4", 1, 1}, {"E5", 1, 1}, {"d/a", 1, 1}, {"(d−b1)/c", 1, 1}})
	for _, line := range strings.Split(unitFigures, "\n") {
		cells := strings.Split(line, "|")
		t.Rows = append(t.Rows, Row{Cells: cells, Bold: cells[0] == ""})
	}
	return t
}

// figures is a running number, a name, and columns of figures.
func figures(n int) []Column {
	out := []Column{{Align: Centre}, {Align: Left}}
	for len(out) < n {
		out = append(out, Column{Align: Right})
	}
	return out
}

// wide is a table of 24 columns under three rows of heading, long enough for two pages.
func wide(rows int) Table {
	t := Table{Columns: figures(24), Head: [][]Head{
		{{"TT", 1, 2}, {"Tên đơn vị", 1, 2}, {"Số lớp, hội nghị", 5, 1}, {"Đảng viên", 4, 1}, {"Đã học (d), trong đó", 6, 1}, {"Tỷ lệ (%)", 2, 1}, {"Vắng", 2, 1}, {"Bài thu hoạch", 3, 1}},
		{{"Tổng", 1, 1}, {"Cán bộ chủ chốt", 1, 1}, {"Đảng viên", 1, 1}, {"Quần chúng", 1, 1}, {"Chuyên đề", 1, 1}, {"Tổng số (a)", 1, 1}, {"Miễn (b)", 1, 1}, {"Miễn vẫn dự (b1)", 1, 1}, {"Phải học (c=a−b)", 1, 1},
			{"Tổng", 1, 1}, {"Trực tiếp", 1, 1}, {"Trực tuyến", 1, 1}, {"Tự học", 1, 1}, {"Học bù", 1, 1}, {"Cấp trên", 1, 1}, {"d/a", 1, 1}, {"(d−b1) /c", 1, 1}, {"Có lý do", 1, 1}, {"Không lý do", 1, 1}, {"Phải viết", 1, 1}, {"Đã nộp", 1, 1}, {"Đạt", 1, 1}},
	}}
	var numbers []Head
	for i := range t.Columns {
		numbers = append(numbers, Head{fmt.Sprint(i + 1), 1, 1})
	}
	t.Head = append(t.Head, numbers)
	line := strings.Split("21|2|17|1|1|8.640|905|71|7.735|7.558|3.930|1.663|1.285|453|227|87,48|96,79|54|102|223|221|219", "|")
	t.Rows = append(t.Rows, Row{Cells: []string{"I. Khối xã, phường"}, Wide: true, Shade: true})
	for i := range rows {
		t.Rows = append(t.Rows, Row{Cells: append([]string{fmt.Sprint(i + 1), fmt.Sprintf("Đảng bộ phường mẫu %03d", i+1)}, line...)})
	}
	total := strings.Split("|Tổng cộng|672|64|544|32|32|112.000|11.001|748|100.999|95.044|36.073|21.536|18.779|7.746|10.910|84,86|93,36|1.728|3.264|7.136|7.072|7.008", "|")
	t.Rows = append(t.Rows, Row{Cells: total, Bold: true})
	return t
}

// schedule is a plan of a district with a table between its paragraphs.
func schedule() Official {
	return Official{
		Superior: "ĐẢNG BỘ THÀNH PHỐ HẢI PHÒNG", Issuer: "HUYỆN UỶ THỦY NGUYÊN", By: "Huyện uỷ Thủy Nguyên",
		Number: "127", Symbol: "KH/HU", Place: "Thủy Nguyên", Date: "2026-02-07", Type: "KẾ HOẠCH",
		Abstract: "học tập, quán triệt, tuyên truyền và triển khai thực hiện nghị quyết của Đảng",
		Body: []Block{
			Plain("Căn cứ kế hoạch của Ban Thường vụ Thành uỷ, Ban Thường vụ Huyện uỷ xây dựng kế hoạch như sau:"),
			Heading{1, "I. MỤC ĐÍCH, YÊU CẦU"}, Heading{2, "1. Mục đích"},
			List{Items: []string{"Cán bộ, đảng viên nắm vững nội dung cơ bản của nghị quyết.", "Xây dựng chương trình hành động sát với tình hình của địa phương."}},
			Heading{2, "2. Yêu cầu"}, Plain("Việc học tập phải nghiêm túc, đúng thành phần, đúng thời hạn."),
			Heading{1, "II. NỘI DUNG, ĐỐI TƯỢNG, THỜI GIAN"},
			Table{Columns: []Column{{"TT", Centre, 0}, {"Hội nghị", Left, 0}, {"Đối tượng", Left, 0}, {"Thời gian", Centre, 0}, {"Chủ trì", Left, 0}}, Rows: []Row{
				{Cells: []string{"1", "Hội nghị cán bộ chủ chốt", "Ban Chấp hành Đảng bộ huyện, trưởng các phòng, ban, ngành, bí thư các tổ chức cơ sở đảng", "Trước 20/02/2026", "Ban Thường vụ Huyện uỷ"}},
				{Cells: []string{"2", "Hội nghị báo cáo viên", "Báo cáo viên, tuyên truyền viên", "Trước 25/02/2026", "Ban Tuyên giáo và Dân vận"}},
				{Cells: []string{"3", "Hội nghị ở cơ sở", "Đảng viên, quần chúng", "Trong tháng 3/2026", "Đảng uỷ, chi uỷ cơ sở"}},
			}},
			Heading{1, "III. TỔ CHỨC THỰC HIỆN"},
			Heading{3, "1.1. Phân công"}, List{Mark: "+", Items: []string{"Ban Tuyên giáo và Dân vận theo dõi, đôn đốc.", "Văn phòng Huyện uỷ bảo đảm điều kiện."}},
			Plain("Các tổ chức cơ sở đảng báo cáo kết quả trước ngày 31/3/2026."),
		},
		Recipients: []string{"Thường trực Thành uỷ (để báo cáo)", "Các đồng chí Huyện uỷ viên", "Các tổ chức cơ sở đảng", "Lưu Văn phòng Huyện uỷ"},
		Authority:  "T/M BAN THƯỜNG VỤ", Position: "PHÓ BÍ THƯ", Signer: "Đảng viên mẫu 003",
	}
}

// letter is an official letter of the Party to one group of readers.
func letter() Official {
	return Official{
		Superior: "ĐẢNG BỘ TỈNH LAI CHÂU", Issuer: "HUYỆN ỦY TAM ĐƯỜNG", Number: "1039", Symbol: "CV/HU", Place: "Tam Đường", Date: "2023-09-20",
		Abstract:   "Tiếp tục nâng cao chất lượng, hiệu quả việc học tập, quán triệt nghị quyết",
		Addressees: []string{"Các chi, đảng bộ cơ sở."},
		Body: []Block{
			Plain("Để việc học tập nghị quyết thiết thực, Ban Thường vụ Huyện ủy yêu cầu các chi, đảng bộ cơ sở thực hiện tốt một số nhiệm vụ sau:"),
			Heading{2, "1. Công tác lãnh đạo, chỉ đạo"},
			List{Items: []string{"Phân công rõ trách nhiệm của từng đồng chí cấp ủy.", "Đưa việc học tập nghị quyết vào chương trình kiểm tra, giám sát hằng năm."}},
			Heading{2, "2. Tổ chức hội nghị"},
			Plain("Kế hoạch xác định rõ nội dung, hình thức, báo cáo viên, thành phần, thời gian và địa điểm."),
			Plain("Đề nghị các chi, đảng bộ cơ sở nghiêm túc triển khai thực hiện."),
		},
		Recipients: []string{"TT Huyện ủy,", "Như trên,", "Ban Tuyên giáo Huyện ủy,", "Lưu."},
		Authority:  "T/M BAN THƯỜNG VỤ", Position: "PHÓ BÍ THƯ", Signer: "Đảng viên mẫu 004",
	}
}

// council is an official letter of an administration to several readers, before number and day are known.
func council() Official {
	return Official{
		Superior: "UBND HUYỆN THỦY NGUYÊN", Issuer: "ỦY BAN NHÂN DÂN XÃ MẪU", Symbol: "UBND-VP", Place: "Thủy Nguyên", Date: "2026",
		Abstract: "chuẩn bị cơ sở vật chất cho hội nghị trực tuyến", Addressees: []string{"Các thôn, tổ dân phố", "Trạm Y tế xã", "Đài truyền thanh xã"},
		Body:       []Block{Plain("Ủy ban nhân dân xã đề nghị các đơn vị chuẩn bị hội trường, đường truyền và danh sách đại biểu trước ngày hội nghị.")},
		Recipients: []string{"Như trên", "Lưu: VT"}, Authority: "T/M ỦY BAN NHÂN DÂN", Position: "K/T CHỦ TỊCH\nPHÓ CHỦ TỊCH", Signer: "Cán bộ mẫu 005",
	}
}
