package app

import "quantriet/internal/kit/words"

func sayVietnamese(key string) string { return words.T("vi", key) }

// quotes are sentences of the resolutions, as members quote them.
var quotes = []string{
	"Nghị quyết số 26-NQ/TW khẳng định: “Cán bộ là nhân tố quyết định sự thành bại của cách mạng; công tác cán bộ là khâu ‘then chốt’ của công tác xây dựng Đảng và hệ thống chính trị.”",
	"Tôi ghi nhớ yêu cầu “xây dựng đội ngũ cán bộ, nhất là cán bộ cấp chiến lược, người đứng đầu đủ phẩm chất, năng lực, uy tín, ngang tầm nhiệm vụ”.",
	"Nghị quyết số 27-NQ/TW nêu rõ: “Trả lương đúng là đầu tư cho phát triển nguồn nhân lực, tạo động lực nâng cao năng suất lao động và hiệu quả làm việc của người lao động.”",
}

// trades are what the writers do: {nghe} the work, {viec} a task, {kho} what is hard, {lam} what
// could be done, {noi} where.
var trades = []map[string]string{
	{"nghe": "giáo viên tiểu học", "viec": "dạy lớp ghép và phụ đạo học sinh yếu|coi sóc thư viện nhỏ của trường", "kho": "phụ huynh đi làm xa, ít ai họp lớp|máy chiếu hỏng đã hai học kỳ", "lam": "mở buổi đọc sách chiều thứ sáu|ghép phụ huynh theo xóm để nhắc con học", "noi": "trường tiểu học của xã"},
	{"nghe": "cán bộ tư pháp", "viec": "chứng thực giấy tờ cho bà con|hòa giải tranh chấp ranh đất", "kho": "hồ sơ cũ thất lạc nhiều trang|bà con ngại đến trụ sở vào giờ làm", "lam": "trực thêm sáng thứ bảy|dán bảng kê giấy tờ ở nhà văn hóa", "noi": "bộ phận một cửa"},
	{"nghe": "y tá trạm y tế", "viec": "tiêm chủng và theo dõi người cao huyết áp|đi thăm sản phụ mới sinh", "kho": "tủ bảo quản vắc-xin chạy không đều|nhiều cụ bỏ thuốc giữa chừng", "lam": "lập sổ nhắc thuốc theo ngõ|nhờ hội phụ nữ cùng gọi điện", "noi": "trạm y tế"},
	{"nghe": "nông dân trồng lúa và hoa màu", "viec": "giữ nước cho mười hai mẫu ruộng chung|đưa giống mới vào vụ mùa", "kho": "giá phân lên nhanh, giá thóc đứng|mương cuối xóm bồi lấp", "lam": "góp công nạo mương trước vụ|bán chung qua tổ hợp tác", "noi": "cánh đồng phía đông"},
	{"nghe": "chủ nhiệm hợp tác xã", "viec": "ký hợp đồng bao tiêu rau sạch|lo sổ sách và chia cổ tức", "kho": "xã viên bán lẻ ra ngoài khi được giá|kho lạnh thiếu điện ba pha", "lam": "thưởng cho hộ giữ hợp đồng đủ năm|vay quỹ khuyến nông lắp trạm điện", "noi": "hợp tác xã rau"},
	{"nghe": "kế toán xã", "viec": "quyết toán công trình nhỏ|công khai thu chi quỹ đền ơn", "kho": "chứng từ từ thôn gửi lên muộn|phần mềm mỗi ngành một kiểu", "lam": "hẹn ngày chốt sổ với từng thôn|niêm yết số liệu bằng chữ to", "noi": "ủy ban nhân dân xã"},
	{"nghe": "cựu chiến binh", "viec": "kể chuyện truyền thống cho thiếu niên|coi việc an ninh tổ tự quản", "kho": "thanh niên đi làm ca, khó tụ họp|đèn ngõ hỏng lâu ngày", "lam": "nói chuyện ngắn sau giờ tập thể thao|vận động mỗi nhà một bóng đèn", "noi": "thôn cuối đê"},
	{"nghe": "bí thư đoàn", "viec": "tổ chức ngày chủ nhật xanh|giới thiệu việc làm cho bạn trẻ", "kho": "đoàn viên đi xuất khẩu lao động đông|nội dung sinh hoạt còn khô", "lam": "sinh hoạt qua nhóm trực tuyến vào tối muộn|mời người làm nghề giỏi về kể", "noi": "đoàn thanh niên xã"},
	{"nghe": "công nhân đóng tàu", "viec": "hàn khung đáy và kèm thợ trẻ|giữ an toàn trong tổ", "kho": "đơn hàng lúc dồn lúc vắng|bảo hộ cấp không đúng cỡ", "lam": "đổi ca kèm nhau trong tổ|ghi sổ sự cố suýt xảy ra", "noi": "nhà máy ven sông"},
	{"nghe": "cán bộ địa chính", "viec": "đo lại thửa đất sau dồn điền|trả lời đơn về giấy chứng nhận", "kho": "bản đồ giấy và số đo lệch nhau|hộ đi vắng lúc cắm mốc", "lam": "cắm mốc cùng hai nhà giáp ranh|chụp ảnh mốc lưu hồ sơ", "noi": "địa bàn bảy thôn"},
	{"nghe": "chị em phụ trách chi hội phụ nữ", "viec": "giữ quỹ tiết kiệm nuôi heo đất|phân loại rác từ bếp", "kho": "nhiều nhà trọ, người ở đổi luôn|thùng rác đặt xa ngõ", "lam": "giao mỗi tổ một nhà làm mẫu|đổi giấy vụn lấy cây giống", "noi": "chi hội khu chợ"},
	{"nghe": "người lái đò và nuôi cá lồng", "viec": "chở học sinh qua sông mùa nước|trông bảy lồng cá", "kho": "nước đổi màu bất thường|áo phao cũ mục dây", "lam": "báo nhau qua loa khi nước xấu|xin thay áo phao trước mùa mưa", "noi": "bến sông"},
	{"nghe": "công an viên", "viec": "nắm hộ khẩu, nhắc tạm trú|tuần đêm quanh chợ", "kho": "chủ trọ khai chậm|xe máy để chắn lối chữa cháy", "lam": "hẹn chủ trọ khai vào mồng năm|kẻ vạch để xe cùng các hộ", "noi": "khu dân cư mới"},
}

var essayFrames = [3][]string{
	{
		"Học xong, điều {đọng lại|tôi nghĩ nhiều nhất|tôi thấy mới} là việc chọn {người|cán bộ} phải {bắt đầu từ kết quả làm việc|nhìn vào việc làm hằng ngày|để dân góp ý từ sớm}, chứ không {chỉ xem lý lịch|nể nang quen biết|đợi đến lúc bầu mới bàn}.",
		"Là {nghe}, tôi hiểu {kiểm soát quyền lực|nêu gương|luân chuyển} không {xa xôi|chỉ của cấp trên}: {ngay ở {noi}|trong việc {viec}} cũng {có người cầm con dấu, cầm chìa khóa|cần người dám nhận lỗi}.",
		"Phần về tiền lương {làm tôi chú ý|được cả tổ bàn nhiều}, vì {ở chỗ tôi|với người như tôi}, {trả theo vị trí việc làm|bớt phụ cấp chồng chéo} sẽ {buộc phải kể rõ ai làm gì|giúp người trẻ yên tâm ở lại}.",
		"Về bảo hiểm xã hội, tôi {tán thành|mong sớm làm} hướng {nhiều tầng|rút ngắn số năm đóng}, bởi {quanh tôi|ở {noi}} còn {không ít người già chưa có lương hưu|mấy chục hộ làm tự do chưa từng đóng đồng nào}.",
		"Trước đây tôi {nghĩ nghị quyết là chuyện của hội trường|thường chỉ chép cho đủ trang}; {lần này|nay nghe báo cáo viên lấy ví dụ}, tôi {đem đối chiếu với việc {viec}|thấy từng mục chạm vào việc của mình}.",
		"Có một ý {ngắn|nhỏ} mà {thấm|đáng nhớ}: {có vào, có ra, có lên, có xuống|xin thôi chức là chuyện bình thường}; nếu {làm thật|giữ nghiêm}, {anh em sẽ bớt so bì|người có năng lực sẽ được gọi đúng lúc}.",
		"Tôi {để ý|ghi lại} con số về biên chế {vì|và} {nó giải thích|so với} chuyện {một người ba việc|hai người chung một việc} ở {noi}.",
	},
	{
		"Công việc của tôi là {viec}; {thật lòng mà nói|nhìn thẳng vào mình}, {nửa năm qua|từ đầu năm} tôi {còn làm theo nếp cũ|đã hai lần trễ hẹn với dân|chưa kịp ghi sổ đều}.",
		"{Cái khó|Chỗ vướng} là {kho}; chi bộ {đã bàn mà chưa phân công|có nêu trong sinh hoạt tháng ba} nên {việc cứ nằm đó|người nọ chờ người kia}.",
		"Ở {noi}, {bà con|mọi người} {khen chúng tôi nhiệt tình|tin khi thấy làm thật}, nhưng {chê|nhắc} {hẹn rồi để đấy|nói dài mà ít việc xong}.",
		"Tôi {tự nhận|xin chịu} phần lỗi {vì ngại va chạm|vì chưa chịu học máy tính}: {thấy sai mà im|việc đơn giản phải nhờ người khác}, {có hôm|đã có lần} làm {chậm cả tổ|mất nửa buổi của bác hàng xóm}.",
		"Đồng chí {trẻ nhất|lớn tuổi nhất} trong chi bộ {lại là người góp ý thẳng nhất|chỉ cho tôi cách làm gọn hơn}, {nhờ đó|từ đó} việc {viec} {đỡ lúng túng|chạy đều hơn trước}.",
		"Nếu đem tiêu chí của nghị quyết ra chấm, tôi cho mình {sáu|bảy|năm} điểm: {được ở chỗ gần dân|được cái đúng giờ}, {thiếu ở chỗ theo đến cùng|kém ở khâu ghi chép}.",
		"{Gia đình|Vợ con} cũng {bị ảnh hưởng|chia sẻ} khi {tôi nhận thêm việc {viec}|tôi đi họp tối}, nên {sắp xếp thời gian|nói trước với nhà} là {việc phải học|chuyện không nhỏ}.",
	},
	{
		"Tôi đề nghị {lam}, {giao một cấp ủy viên đứng tên|làm thử trong quý ba}, {cuối tháng báo kết quả trước chi bộ|xong thì dán kết quả ở {noi}}.",
		"Chương trình hành động nên {có dòng kinh phí nhỏ|ghi tên người chịu trách nhiệm} cho việc {viec}, {đừng gộp vào mục khác|kẻo cuối năm không ai nhớ}.",
		"Với {kho}, {xin|mong} {đảng ủy|cấp trên} {cử người xuống xem một buổi|trả lời bằng văn bản trong mười ngày}, {chúng tôi lo phần công|phần còn lại chi bộ tự xoay}.",
		"Về phần mình, tôi {hứa|đăng ký} {mỗi tuần một buổi|từ tháng tám} {lam}, {có sổ theo dõi|nhờ đồng chí cùng tổ chấm giúp}.",
		"Nên {bớt|gộp} {hai cuộc họp buổi sáng|báo cáo trùng nhau} để {có thời gian ra {noi}|cán bộ được gặp dân nhiều hơn}.",
	},
}

var villageFrames = [3][]string{
	{
		"{Gốc của chuyện|Mấu chốt} là {bà con chưa thấy bản vẽ|chưa rõ nhà nào mất bao nhiêu đất}, {lời đồn vì thế lan nhanh|trên mạng nói gì cũng có người tin}.",
		"Năm hộ chưa đồng ý {không phải vì tiếc đất|mỗi nhà một lý do}: {nhà cụ ở đầu ngõ chỉ còn lối đi|có hộ vừa xây tường}, {phải nghe cho hết|không thể nói chung một câu}.",
		"Nhìn từ việc {viec}, tôi thấy {ai công khai trước thì được tin trước|im lặng là tự nhận phần thua}.",
	},
	{
		"Bước đầu, chi bộ {họp riêng|họp mở rộng có trưởng thôn}, {kể tên từng hộ|chia đảng viên theo ngõ}, {ai thân nhà nào đến nhà ấy|mỗi người nhận hai nhà}.",
		"Sau đó {treo bản vẽ và dự toán ở nhà văn hóa|cắm cọc bằng vôi để mọi nhà cùng xem}, {ghi ý kiến vào sổ|trả lời ngay tại chỗ điều gì đáp được}.",
		"Cán bộ thôn {công khai đất nhà mình trước|hiến trước phần của gia đình}; {tin sai thì đính chính bằng ảnh, bằng số|việc ngờ vực thì mời thanh tra nhân dân xem}.",
		"Bản thân là {nghe}, tôi nhận {lam|đi cùng tổ hòa giải}, {ba ngày báo lại một lần|đến khi hộ cuối cùng ký}.",
	},
	{
		"Kiến nghị xã {quy định mức hỗ trợ làm lại cổng, tường|có mẫu công khai dùng chung cho mọi công trình} và {trả lời đơn trong bảy ngày|cử cán bộ địa chính đo lại khi dân yêu cầu}.",
		"Chương trình hành động nên ghi {mỗi công trình một bảng công khai|giám sát cộng đồng từ lúc thiết kế}, {lấy {noi} làm thử|bắt đầu ngay từ đường này}.",
		"{Đề nghị|Mong} cấp trên {đừng giao thời hạn quá gấp|cho thôn chủ động chọn đoạn làm trước}, {dân thuận thì làm nhanh|vội một tháng có khi hỏng cả năm}.",
	},
}
