package app

// said are beginnings and ends of what units write; a unit joins one of each.
var said = map[string][2][]string{
	"leading": {{
		"Ban Thường vụ họp phân công ngay sau khi nhận kế hoạch, mỗi đồng chí cấp ủy viên nhận theo dõi hai chi bộ.",
		"Thường trực giao Ban Tuyên giáo làm đầu mối, hằng tuần điểm lại từng lớp đã mở và lớp còn nợ.",
		"Đồng chí bí thư trực tiếp đứng lớp đầu tiên rồi mới giao các đồng chí phó phụ trách lớp sau.",
		"Cấp ủy chọn làm điểm ở một thôn ven biển, rút kinh nghiệm rồi mới mở ra các thôn còn lại.",
		"Lịch học được niêm yết tại nhà văn hóa từng thôn trước mười ngày để đảng viên thu xếp việc nhà."}, {
		"Tổ giúp việc gọi điện nhắc từng đồng chí đi biển dài ngày.",
		"Kinh phí in tài liệu lấy từ nguồn của đảng bộ, không huy động thêm.",
		"Việc điểm danh giao chi ủy viên, cuối buổi đọc lại trước lớp.",
		"Hai lớp phải lùi ngày vì bão, đều có thông báo lại bằng văn bản."}},
	"forms": {{
		"Mở lớp buổi tối cho đảng viên làm nghề biển, buổi sáng cho đảng viên hưu trí.",
		"Ghép ba chi bộ cơ quan học chung tại hội trường ủy ban, thảo luận theo tổ.",
		"Dùng loa truyền thanh đọc phần tóm tắt trước giờ học để ai cũng nắm được ý chính.",
		"Mời giảng viên trung tâm chính trị trình bày, sau đó đối thoại trực tiếp một giờ."}, {
		"Nội dung được đưa tiếp vào sinh hoạt chi bộ tháng sau.",
		"Mỗi tổ ghi lại ba việc sẽ làm ngay ở đơn vị mình.",
		"Phần hỏi đáp kéo dài hơn dự kiến vì nhiều câu hỏi về sắp xếp bộ máy."}},
	"strengths": {{
		"Đảng viên trẻ phát biểu nhiều hơn các đợt trước, có ý kiến đi thẳng vào việc của thôn.",
		"Danh sách từng lớp khớp với sổ đảng viên ngay trong buổi, không phải bổ sung về sau.",
		"Nhiều đồng chí đem ví dụ về quản lý đất bãi bồi ra thảo luận, không nói chung chung.",
		"Người cao tuổi được đưa đón tới lớp, không ai phải nghỉ vì đường xa.",
		"Bài thu hoạch được chấm và trả lại trong tuần, ai cũng biết mình cần viết lại chỗ nào."}, {
		"Ba đề xuất đã được ghi vào chương trình công tác quý sau.",
		"Có bốn ý kiến được gửi lên cấp trên bằng văn bản.",
		"Quần chúng được mời dự cũng ở lại tới cuối buổi."}},
	"shortcomings": {{
		"Hai chi bộ ghi lý do vắng chậm, tới cuối tuần mới đủ.",
		"Phần thảo luận của lớp buổi tối bị cắt ngắn vì mất điện.",
		"Một lớp ghép quá đông, người ngồi cuối khó nghe.",
		"Tài liệu phát sát giờ học nên ít đồng chí kịp đọc trước.",
		"Còn đảng viên làm ca đêm học không trọn buổi."}, {
		"Việc học bù vì thế phải làm thêm một đợt.",
		"Cấp ủy đã nhắc và hẹn ngày hoàn thành.",
		"Chỗ này đơn vị tự nhận là làm chưa tới."}},
	"causes": {{
		"Lịch mở lớp trùng vụ thu hoạch vải và kỳ cá nam, cấp ủy chưa lường trước khi lập kế hoạch.",
		"Đồng chí phụ trách tuyên giáo kiêm bốn việc, không có người thay khi đi họp.",
		"Đường truyền tới nhà văn hóa hai thôn ngoài đê yếu, dự phòng chưa có.",
		"Danh sách đảng viên chuyển sinh hoạt về chậm nên lớp đầu thiếu tên.",
		"Người dự lần đầu chưa quen cách thảo luận theo tổ, tổ trưởng cũng chưa được hướng dẫn."}, {
		"Phần này là chủ quan của đơn vị.",
		"Nguyên nhân khách quan chỉ chiếm phần nhỏ.",
		"Đợt trước đã gặp mà chưa khắc phục hết."}},
	"lessons": {{
		"Hỏi chi bộ về mùa vụ trước khi định ngày học.",
		"Gửi tài liệu cho từng đồng chí trước một tuần, kèm hai câu hỏi để suy nghĩ.",
		"Tập dượt đường truyền vào đúng giờ sẽ học chứ không phải giờ hành chính.",
		"Chia tổ theo nghề thì thảo luận sát việc hơn chia theo thôn."}, {
		"Tổ trưởng cần được mời họp trước một buổi.",
		"Sổ điểm danh khóa ngay trong ngày.",
		"Học bù nên làm ở chính thôn của người vắng."}},
	"proposals": {{
		"Đề nghị cấp trên gửi đề cương trước hội nghị ít nhất ba ngày.",
		"Xin bản tóm tắt bằng tiếng nói để phát trên loa thôn.",
		"Đề nghị cho phép ghép lớp giữa các xã liền kề khi số người ít.",
		"Mong được hỗ trợ một bộ máy chiếu dùng chung cho cụm xã."}, {
		"Đơn vị sẵn sàng làm điểm.",
		"Nếu được, xin trả lời trước tháng chín.",
		"Các kiến nghị đợt trước đã được giải quyết, xin cảm ơn."}},
}
