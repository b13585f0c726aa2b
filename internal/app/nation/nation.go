package nation

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/id"
)

// Size counts what a country has.
type Size struct{ Provinces, Communes, Bases, Cells, People int }

// Whole is the country: units of 2025, grassroots organisations of 2020, members of 2025.
var Whole = Size{34, 3321, 52_000, 230_000, 5_600_000}

// Scaled is a part of the whole, at least one of each.
func Scaled(f float64) Size {
	part := func(n int) int { return max(1, int(math.Round(float64(n)*f))) }
	return Size{part(Whole.Provinces), part(Whole.Communes), part(Whole.Bases), part(Whole.Cells), part(Whole.People)}
}

// Top is the name of the unit at the top.
const Top = "Đảng bộ mẫu toàn quốc"

// Nation is a country with its tree; Units stand top down.
type Nation struct {
	Size  Size
	Units []org.Unit
	Cells []Cell // in the order of the tree
	seed  uint64
}

// Cell is a cell with how many people live in it.
type Cell struct {
	Unit   int // in Units
	People int
	first  int // serial number of its first person
}

// New makes the tree of a country.
func New(size Size, seed uint64) *Nation {
	n := &Nation{Size: size, seed: seed}
	r := rand.New(rand.NewPCG(seed, 0))
	top := n.unit(org.Unit{Code: "QG", Level: "central", Name: Top, Short: "Toàn quốc mẫu"})
	provinces := n.below([]int{top}, shares(r, size.Provinces, 1, size.Provinces), "province", "T", "Đảng bộ tỉnh Mẫu", "Tỉnh Mẫu", 2)
	weight := make([]float64, len(provinces)) // a few large ones: 90,000 to 500,000 members
	for i := range weight {
		weight[i] = 1 / math.Sqrt(float64(i+2))
	}
	communes := n.below(provinces, split(weight, size.Communes), "commune", "X", "Đảng bộ xã Mẫu", "Xã Mẫu", 3)
	bases := n.below(communes, shares(r, len(communes), 0.5, size.Bases), "grassroots", "C", "Đảng bộ cơ sở mẫu", "Cơ sở mẫu", 2)
	cells := n.below(bases, shares(r, len(bases), 0.5, size.Cells), "cell", "B", "Chi bộ mẫu", "Chi bộ mẫu", 2)
	first := 0
	for i, people := range shares(r, len(cells), 0.45, size.People) {
		n.Cells = append(n.Cells, Cell{cells[i], people, first})
		first += people
	}
	return n
}

func (n *Nation) unit(u org.Unit) int {
	u.ID = id.New()
	n.Units = append(n.Units, u)
	return len(n.Units) - 1
}

// below makes counts[i] units below each of parents; width is that of the number in the code.
func (n *Nation) below(parents []int, counts []int, level, letter, name, short string, width int) (made []int) {
	if len(parents) == 1 && level == "province" {
		counts = []int{n.Size.Provinces}
	}
	for i, p := range parents {
		for k := range counts[i] {
			up := n.Units[p]
			code := fmt.Sprintf("%s%0*d", letter, width, k+1)
			if level != "province" {
				code = up.Code + "-" + code
			}
			made = append(made, n.unit(org.Unit{Code: code, Level: level, Parent: up.ID, Name: fmt.Sprintf("%s %s", name, label(up, level, k)), Short: fmt.Sprintf("%s %s", short, label(up, level, k)), Position: k + 1}))
		}
	}
	return made
}

func label(up org.Unit, level string, k int) string {
	if level == "commune" || level == "province" {
		return word(up.Position*100 + k + 1)
	}
	return fmt.Sprint(k + 1)
}

// word is a number as a name: "An Bình", "An Cường", …
func word(n int) string {
	return placeNames[n/len(placeNames)%len(placeNames)] + " " + placeNames[n%len(placeNames)]
}

var placeNames = strings.Fields("An Bình Cường Duy Đông Giang Hà Khánh Lâm Minh Nam Phú Quang Sơn Tân Thanh Thịnh Trung Vân Xuân Yên Hòa Lộc Phong Long")

// shares splits total into n random parts around their mean; spread is that of their logarithm.
func shares(r *rand.Rand, n int, spread float64, total int) []int {
	weight := make([]float64, n)
	for i := range weight {
		weight[i] = math.Exp(r.NormFloat64() * spread)
	}
	return split(weight, total)
}

// split divides total by weight; the rounding never loses one. Everybody has one at least as
// long as there are enough.
func split(weight []float64, total int) []int {
	var sum, done float64
	for _, w := range weight {
		sum += w
	}
	out := make([]int, len(weight))
	least := 0
	if total >= len(weight) {
		least = 1
	}
	rest, given := total-least*len(weight), 0
	for i, w := range weight {
		done += w
		upto := int(math.Round(float64(rest) * done / sum))
		out[i] = least + upto - given
		given = upto
	}
	return out
}

// People makes the people of a cell with their exemptions; ids are drawn when they are made.
func (n *Nation) People(c Cell) (people []person.Person, reliefs []person.Exemption) {
	r := rand.New(rand.NewPCG(n.seed, uint64(c.Unit)+1))
	unit := n.Units[c.Unit].ID
	for i := range c.People {
		p := someone(r, c.first+i+1, i)
		p.ID, p.Unit = id.New(), unit
		if p.Member() && p.Birth < "1960" && r.IntN(3) == 0 {
			reliefs = append(reliefs, person.Exemption{ID: id.New(), Person: p.ID, Kind: "exempt", Reason: "tuổi cao (mẫu)", From: "2024-01-01", Resolution: "01-NQ/CB"})
		}
		people = append(people, p)
	}
	return people, reliefs
}

// someone is the nth person of the country and the ith of a cell.
func someone(r *rand.Rand, n, i int) person.Person {
	p := person.Person{Kind: person.Official, Sex: "m", Since: "2025-07-01"}
	middle := "Văn Mẫu"
	if r.IntN(100) < 38 {
		p.Sex, middle = "f", "Thị Mẫu"
	}
	if r.IntN(3) == 0 {
		middle = "Mẫu"
	}
	p.Name = weighted(r, families) + " " + middle + " " + given[min(len(given)-1, int(float64(len(given))*r.Float64()*r.Float64()))]
	born := 1942 + int(46*(r.Float64()+r.Float64())/2) + r.IntN(17)
	p.Birth = day(r, born)
	switch k := r.IntN(1000); {
	case i > 0 && k < 10:
		p.Kind = person.Civil
	case i > 0 && k < 35:
		p.Kind = person.Probationary
	}
	if p.Member() {
		p.MemberNo = fmt.Sprintf("%09d", n)
		joined := min(2024, born+20+r.IntN(15))
		p.JoinedOn = day(r, joined)
		if p.Kind == person.Probationary {
			p.JoinedOn = day(r, 2025)
		} else {
			p.OfficialOn = fmt.Sprintf("%d%s", joined+1, p.JoinedOn[4:])
		}
	}
	p.Position, p.KeyCadre = post(r, i)
	return p
}

func post(r *rand.Rand, i int) (string, bool) {
	switch {
	case i == 0:
		return "Bí thư chi bộ", r.IntN(4) == 0
	case i == 1:
		return "Phó Bí thư chi bộ", false
	case i == 2:
		return "Chi ủy viên", false
	case r.IntN(100) < 6:
		p := posts[r.IntN(len(posts))]
		return p, r.IntN(3) == 0
	}
	return "", false
}

// day is a day of a year, never in the future of a country that lives since 2026.
func day(r *rand.Rand, year int) string {
	return fmt.Sprintf("%04d-%02d-%02d", year, 1+r.IntN(12), 1+r.IntN(28))
}

type share struct {
	name  string
	parts int
}

func weighted(r *rand.Rand, list []share) string {
	n := r.IntN(1000)
	for _, s := range list {
		if n -= s.parts; n < 0 {
			return s.name
		}
	}
	return list[0].name
}

// families are family names by how many of a thousand bear them; the rest are the first.
var families = []share{{"Nguyễn", 310}, {"Trần", 109}, {"Lê", 89}, {"Phạm", 59}, {"Hoàng", 51}, {"Vũ", 39}, {"Phan", 28}, {"Trương", 22}, {"Bùi", 21},
	{"Đặng", 19}, {"Đỗ", 19}, {"Ngô", 17}, {"Hồ", 15}, {"Dương", 14}, {"Đinh", 13}, {"Lò", 8}, {"Giàng", 7}, {"Nông", 7}, {"Hà", 7}, {"Mai", 6}, {"Cao", 6}, {"Lý", 6}}

var given = strings.Fields("Anh Hương Hùng Hạnh Hòa Hoa Lan Mai Minh Nam Nga Ngọc Phương Quang Sơn Tâm Thanh Thảo Thắng Thành Thu Thủy Trang Trung Tuấn Tú Tùng Vân Vinh Yến An Bắc Bảo Bích Bình Ca Châu Chi Chiến Chính Công Cường Cúc Dũng Duy Duyên Dương Đại Đạt Điệp Định Đoàn Đông Đức Giang Hà Hải Hằng Hân Hậu Hiền Hiệp Hiếu Hoàn Hoàng Hồng Huế Huệ Huy Huyền Kiên Kim Khánh Khoa Khôi Lâm Lệ Liên Linh Loan Long Lộc Lợi Luyến Lương Ly Mạnh Mến Mỹ Nghĩa Ngân Nguyệt Nhung Nhàn Oanh Phong Phú Phúc Phượng Quân Quế Quốc Quý Quyên Quyết Sáng Sinh Tài Tân Tiến Tình Toàn Trí Trọng Trúc Trường Tuyến Tuyết Uyên Việt Xuân")

var posts = []string{"Đảng ủy viên", "Phó Bí thư Đảng ủy", "Bí thư Đảng ủy", "Chủ tịch Ủy ban nhân dân xã", "Báo cáo viên", "Giáo viên", "Hiệu trưởng", "Trưởng thôn",
	"Công chức", "Chủ tịch Hội Nông dân", "Bí thư Đoàn xã", "Nguyên Bí thư Đảng ủy", "Trưởng Công an xã", "Chỉ huy trưởng Ban Chỉ huy quân sự xã", "Bác sĩ", "Tuyên truyền viên"}
