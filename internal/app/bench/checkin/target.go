package checkin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"quantriet/internal/app/bench/morning"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/id"
)

// target is what the load is sent to: how a request for some people of one site looks, and whom
// the answer to it acknowledges. One for each connection.
type target interface {
	request(b []byte, host string, site int, people []int) []byte
	// kept calls yes for everybody who was let in, now or before, and says why not for one who was not.
	kept(body []byte, people []int, yes func(n int)) (why string)
}

// post begins a request; length is that of the body, which follows.
func post(b []byte, host, path, token string, length int) []byte {
	b = append(append(append(b, "POST "...), path...), " HTTP/1.1\r\nHost: "...)
	b = append(b, host...)
	if token != "" {
		b = append(append(b, "\r\nAuthorization: Bearer "...), token...)
	}
	b = append(b, "\r\nContent-Type: application/json\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(length), 10)
	return append(b, "\r\n\r\n"...)
}

// codes is the plain operation of attendance, with the token of the site's usher.
type codes struct {
	m       morning.Morning
	meeting int
	cipher  campaign.Cipher
	body    []byte
}

func (c *codes) request(b []byte, host string, site int, people []int) []byte {
	c.body = append(c.body[:0], `{"codes":[`...)
	for i, n := range people {
		if i > 0 {
			c.body = append(c.body, ',')
		}
		c.body = append(append(append(c.body, '"'), c.m.Code(c.cipher, n)...), '"')
	}
	c.body = append(c.body, "]}"...)
	path := "/api/v1/meetings/" + c.m.Meeting(c.meeting).String() + "/sites/" + c.m.Site(c.meeting, site).String() + "/records"
	return append(post(b, host, path, c.m.Token(site), len(c.body)), c.body...)
}

var faultless = []byte(`"fault":""`)

func (c *codes) kept(body []byte, people []int, yes func(int)) string {
	if bytes.Count(body, faultless) == len(people) {
		for _, n := range people {
			yes(n)
		}
		return ""
	}
	var list []struct {
		Fault string `json:"fault"`
	}
	if err := json.Unmarshal(body, &list); err != nil || len(list) != len(people) {
		return fmt.Sprintf("%d verdicts for %d people: %v", len(list), len(people), err)
	}
	why := ""
	for i, v := range list {
		if v.Fault == "" {
			yes(people[i])
		} else {
			why = v.Fault
		}
	}
	return why
}

// collection is a plain PocketBase: one create for each person, in a collection "checkins" with the
// texts "meeting" and "person" and a unique index on both.
type collection struct {
	m       morning.Morning
	meeting string
	body    []byte
}

func (c *collection) request(b []byte, host string, _ int, people []int) []byte {
	c.body = append(append(c.body[:0], `{"meeting":"`...), c.meeting...)
	c.body = append(append(append(c.body, `","person":"`...), c.m.Person(people[0]).String()...), `"}`...)
	return append(post(b, host, "/api/collections/checkins/records", "", len(c.body)), c.body...)
}

func (c *collection) kept(body []byte, people []int, yes func(int)) string {
	if !bytes.Contains(body, []byte(c.m.Person(people[0]).String())) {
		return "no record in the answer"
	}
	yes(people[0])
	return ""
}

// fresh names a meeting that no earlier run used.
func fresh() string { return id.New().String() }
