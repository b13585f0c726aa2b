package morning

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/id"
)

// Morning is how large it is, and when.
type Morning struct {
	Sites    int       // and cells
	Each     int       // people of a cell
	Meetings int       // of all the sites
	Begins   time.Time // the meetings; they end four hours later
}

// Ids are counted from instants long past, so that no id made today is among them.
const (
	perKind  = 1 << 22 // ids of one kind at most: as many as fit into one millisecond
	base     = 1000 << 22
	campID   = base + 1
	topID    = base + 2
	provID   = base + 1_000
	docID    = base + 3_000
	meetID   = base + 4_000
	adminID  = base + 5_000
	unitID   = base + 1*perKind
	personID = base + 2*perKind
	userID   = base + 4*perKind
	siteID   = base + 8*perKind
	inviteID = base + 1024*perKind
	keyID    = base + 4096*perKind
	codeKey  = 20_260_207

	provinces = 34
)

// MostPeople is how many a morning can hold.
const MostPeople = 2 * perKind

// Check refuses a size whose ids would run into each other.
func (m Morning) Check() error {
	if m.Sites < 1 || m.Each < 1 || m.Meetings < 1 || m.Sites*m.Each > MostPeople || m.Sites > perKind || m.Meetings > 500 {
		return fmt.Errorf("no such morning: %d sites of %d people, %d meetings; at most %d people", m.Sites, m.Each, m.Meetings, MostPeople)
	}
	return nil
}

// People is how many there are.
func (m Morning) People() int { return m.Sites * m.Each }

// Campaign is the one campaign of all meetings, Top the unit that organises them.
func (m Morning) Campaign() id.ID { return campID }

// Top is the unit of the whole country.
func (m Morning) Top() id.ID { return topID }

// Meeting is the kth, on Document(k) alone.
func (m Morning) Meeting(k int) id.ID { return id.ID(meetID + int64(k)) }

// Document is the one that the kth meeting treats.
func (m Morning) Document(k int) id.ID { return id.ID(docID + int64(k)) }

// Site is the ith of the kth meeting; the cell of the same number is host and is invited there.
func (m Morning) Site(k, i int) id.ID { return id.ID(siteID + int64(k)*perKind + int64(i)) }

// Unit is the ith cell.
func (m Morning) Unit(i int) id.ID { return id.ID(unitID + int64(i)) }

// Person is the nth of all; Of says whose number an id bears.
func (m Morning) Person(n int) id.ID { return id.ID(personID + int64(n)) }

// Of is the number of a person, -1 for nobody of this morning.
func (m Morning) Of(person id.ID) int {
	if n := int64(person) - personID; n >= 0 && n < int64(m.People()) {
		return int(n)
	}
	return -1
}

// At is the cell and site of the nth person.
func (m Morning) At(n int) int { return n / m.Each }

// lo is the number of a cell in the frozen tree: the top, then each province before its cells.
func (m Morning) lo(i int) int64 { return int64(3 + i + m.province(i)) }

// province numbers the cells' provinces; cells of one stand together.
func (m Morning) province(i int) int { return i * provinces / m.Sites }

// first is the first cell of a province.
func (m Morning) first(p int) int { return (p*m.Sites + provinces - 1) / provinces }

// Codes reads and makes the personal codes; one for each goroutine.
func (m Morning) Codes() campaign.Cipher { return campaign.CipherOf(codeKey) }

// Code is the personal code of the nth person.
func (m Morning) Code(codes campaign.Cipher, n int) string {
	return codes.Code(m.lo(m.At(n)), int64(n+1))
}

// Usher is the account that stands at the ith site, Token what it shows at the door.
func (m Morning) Usher(i int) id.ID { return id.ID(userID + int64(i)) }

// Token of the ith site's usher.
func (m Morning) Token(i int) string { return token(fmt.Sprint("usher ", i)) }

// Officer is the token of an officer of the whole country.
func (m Morning) Officer() string { return token("officer") }

// token is no secret: it opens an invented country.
func token(of string) string {
	sum := sha256.Sum256([]byte("quantriet morning " + of))
	return "qt_" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// Key is what the device of a site would call the scan of the nth person at the kth meeting.
func (m Morning) Key(k, n int) id.ID { return id.ID(keyID + int64(k)*4*perKind + int64(n)) }

// Keeper is an administrator of the whole country.
func (m Morning) Keeper() access.Actor {
	return access.Actor{Account: adminID, Name: "Người giữ máy mẫu", Lang: "vi", Grants: []access.Grant{{Role: access.Administrator, Unit: topID, From: "2026-01-01"}}}
}

// Actor is who stands at the door of the ith site, with the rights of an usher there and no others.
func (m Morning) Actor(i int) access.Actor {
	return access.Actor{Account: m.Usher(i), Name: "Tổ phục vụ mẫu", Lang: "vi", Grants: []access.Grant{{Role: access.Usher, Unit: m.Unit(i), From: "2026-01-01"}}}
}
