package review

import (
	"strings"
	"testing"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// What may happen to a review in which state.
func TestSteps(t *testing.T) {
	whole := map[string]string{"strengths": "a", "shortcomings": "b", "causes": "c"}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"a complete draft is sent", Send(Review{State: "draft", Texts: whole}), ""},
		{"one that came back is sent again", Send(Review{State: "returned", Texts: whole}), ""},
		{"without causes it is not complete", Send(Review{State: "draft", Texts: map[string]string{"strengths": "a", "shortcomings": "b", "causes": "  "}}), "review.incomplete"},
		{"what is on its way is not sent again", Send(Review{State: "sent", Texts: whole}), "review.not_open"},
		{"nor what was accepted", Send(Review{State: "accepted", Texts: whole}), "review.not_open"},
		{"returned with a remark", Return(Review{State: "sent"}, "thiếu số"), ""},
		{"not without", Return(Review{State: "sent"}, ""), "review.remark_needed"},
		{"nor a draft", Return(Review{State: "draft"}, "x"), "review.not_sent"},
		{"accepted by somebody else", Accept(Review{State: "sent", SentBy: 1}, 2, false), ""},
		{"never by who wrote in it", Accept(Review{State: "sent", SentBy: 1}, 2, true), "review.own"},
		{"nor does a period without end", Review{Head: Head{Title: "x"}, Kind: "final", From: "2018-01-01", To: "2024-01-02"}.Check(), "review.too_long"},
		{"a term does", Review{Head: Head{Title: "x"}, Kind: "final", From: "2018-01-01", To: "2023-12-31"}.Check(), ""},
		{"never by who sent it", Accept(Review{State: "sent", SentBy: 1}, 1, false), "review.own"},
		{"opened once it is accepted", Reopen(Review{State: "accepted"}, "sót", true), ""},
		{"not while somebody above has yet to decide", Reopen(Review{State: "sent"}, "sót", true), "review.not_accepted"},
		{"once it is sent, of nobody above", Reopen(Review{State: "sent"}, "sót", false), ""},
		{"nor of nobody above while it is written", Reopen(Review{State: "returned"}, "sót", false), "review.not_accepted"},
		{"and never twice", Accept(Review{State: "accepted", SentBy: 1}, 2, false), "review.not_sent"},
	} {
		if key := fault.Key(c.err); c.err == nil && c.want != "" || c.err != nil && key != c.want {
			t.Errorf("%s: %v", c.name, c.err)
		}
	}
}

func TestClean(t *testing.T) {
	for _, c := range []struct {
		name, field string
		head        Head
	}{
		{"a good one", "", Head{Title: "Báo cáo", IssuedOn: "7/2/2026"}},
		{"without a title", "title", Head{}},
		{"with a title of 201 letters", "title", Head{Title: strings.Repeat("đ", 201)}},
		{"with a number that is no text", "number", Head{Title: "x", Number: "\xff"}},
		{"with a signer that holds a NUL", "signer", Head{Title: "x", Signer: "a\x00b"}},
		{"signed on no day", "issued_on", Head{Title: "x", IssuedOn: "31/02/2026"}},
		{"with too many recipients", "recipients", Head{Title: "x", Recipients: strings.Repeat("đ", 4001)}},
	} {
		list := fault.List(c.head.clean())
		if c.field == "" && len(list) > 0 || c.field != "" && (len(list) == 0 || list[0].Field != c.field) {
			t.Errorf("a head %s: %v", c.name, list)
		}
	}
}

// On paper nobody takes what is on its way for what was accepted.
func TestMark(t *testing.T) {
	for _, c := range []struct {
		state string
		above id.ID
		want  string
	}{{"draft", 1, "DỰ THẢO"}, {"returned", 1, "DỰ THẢO"}, {"sent", 1, "CHƯA ĐƯỢC DUYỆT"}, {"accepted", 1, ""}, {"sent", 0, ""}, {"returned", 0, "DỰ THẢO"}} {
		v := View{Review: Review{State: c.state, Head: Head{Title: "Báo cáo"}}, office: office{Above: c.above}}
		if got := v.official("0.1").Mark; got != c.want {
			t.Errorf("%s below %s: %q", c.state, c.above, got)
		}
	}
}
