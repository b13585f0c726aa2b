package privacy

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Section is a part of one's own data: columns and rows as people read them.
type Section struct {
	Title string     `json:"title"`
	Head  []string   `json:"head"`
	Rows  [][]string `json:"rows"`
}

// part is where a section comes from. days and instants are columns to be written as such.
type part struct {
	name, query string
	head        []string
	days        []int
	instants    []int
	worded      map[int]string // columns of codes, with the stem of their words
}

// Data is everything kept about who asks, in sections; what is empty says so. Identity number
// and phone are shown, opened, on the page of one's own numbers. Fault: Missing for whoever is
// in no roster.
func (s *Service) Data(ctx context.Context, who access.Actor, lang string) (out []Section, err error) {
	if who.Person == 0 {
		return nil, fault.Gone()
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		out = nil
		for _, p := range held {
			sec := Section{Title: words.T(lang, "privacy.part."+p.name), Rows: [][]string{}}
			for _, h := range p.head {
				sec.Head = append(sec.Head, words.T(lang, "privacy.col."+h))
			}
			rows, err := db.All(ctx, tx, p.scan(lang), p.query, who.Person)
			if err != nil {
				return fmt.Errorf("own data, %s: %w", p.name, err)
			}
			sec.Rows = append(sec.Rows, rows...)
			out = append(out, sec)
		}
		return nil
	})
	return out, err
}

// scan reads a row as text.
func (p part) scan(lang string) db.Scan[[]string] {
	return func(scan func(...any) error) ([]string, error) {
		out, into, at := make([]string, len(p.head)), make([]any, len(p.head)), make([]int64, len(p.head))
		for i := range out {
			into[i] = &out[i]
		}
		for _, i := range p.instants {
			into[i] = &at[i]
		}
		if err := scan(into...); err != nil {
			return nil, err
		}
		for _, i := range p.days {
			out[i] = text.Date(out[i])
		}
		for _, i := range p.instants {
			if at[i] != 0 {
				out[i] = text.DateTime(at[i], clock.Zone)
			}
		}
		for i, stem := range p.worded {
			if out[i] != "" {
				out[i] = words.T(lang, stem+out[i])
			}
		}
		return out, nil
	}
}
