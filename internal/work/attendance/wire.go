package attendance

import (
	"strconv"

	"quantriet/internal/kit/text"
)

// appendVerdicts is the JSON of verdicts, as encoding/json would write it. A test holds the
// two equal; it is written by hand because a rush writes millions of them.
func appendVerdicts(b []byte, list []Verdict) []byte {
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = member(b, `{"key":`, v.Key.String())
		b = member(b, `,"code":`, v.Code)
		b = member(b, `,"label":`, v.Label)
		b = member(b, `,"entry":{"person":`, v.Entry.Person.String())
		b = member(b, `,"name":`, v.Entry.Name)
		b = strconv.AppendInt(append(b, `,"again":`...), v.Entry.Again, 10)
		b = appendRecord(append(b, `,"record":`...), v.Entry.Record)
		b = strconv.AppendBool(append(b, `,"exempt":`...), v.Entry.Exempt)
		b = member(b, `},"fault":`, v.Fault)
		b = append(b, '}')
	}
	return append(b, ']', '\n')
}

func appendRecord(b []byte, r Record) []byte {
	b = member(b, `{"id":`, r.ID.String())
	b = member(b, `,"campaign":`, r.Campaign.String())
	b = member(b, `,"meeting":`, r.Meeting.String())
	b = member(b, `,"site":`, r.Site.String())
	b = member(b, `,"person":`, r.Person.String())
	b = member(b, `,"form":`, r.Form)
	b = member(b, `,"how":`, r.How)
	b = strconv.AppendInt(append(b, `,"grade":`...), r.Grade, 10)
	b = strconv.AppendInt(append(b, `,"at":`...), r.At, 10)
	b = strconv.AppendInt(append(b, `,"recorded":`...), r.Recorded, 10)
	b = member(b, `,"by":`, r.ByName)
	b = strconv.AppendBool(append(b, `,"late":`...), r.Late)
	b = member(b, `,"note":`, r.Note)
	return append(b, '}')
}

// member is a name and its text's head and its text, quoted.
func member(b []byte, head, s string) []byte {
	return text.AppendJSON(append(b, head...), s)
}
