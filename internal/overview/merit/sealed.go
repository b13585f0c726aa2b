package merit

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

func random() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func (m Merit) hash(s string) string {
	sum := sha256.Sum256([]byte(m.salt + "\n" + s))
	return hex.EncodeToString(sum[:])
}

// hidden has salted hashes in place of whom a proposal is about and of what was said of that
// person: an export of the log is read by people who may not see people.
func (m Merit) hidden() Merit {
	if m.Person == 0 {
		return m
	}
	m.who, m.Person = m.hash(m.Person.String()), 0
	m.What, m.Answer, m.Reason = m.hash(m.What), m.hash(m.Answer), m.hash(m.Reason)
	m.AnsweredBy, m.AnsweredName = 0, m.hash(m.AnsweredBy.String()+" "+m.AnsweredName)
	all := make([]Evidence, len(m.Evidence))
	for i, e := range m.Evidence {
		all[i] = Evidence{Code: e.Code, Text: m.hash(e.Text + "\n" + e.Href)}
	}
	m.Evidence = all
	return m
}

// sealed is a step as the log holds it.
func (m Merit) sealed(kind string) (proof.Row, error) {
	var body any
	m = m.hidden()
	switch kind {
	case "merit.propose":
		type line struct{ Code, Text, Href string }
		var lines []line
		for _, e := range m.Evidence {
			lines = append(lines, line{e.Code, e.Text, e.Href})
		}
		body = struct {
			ID, Campaign, Unit, Person, Decider id.ID
			Lo                                  int64
			Kind, What                          string
			At, Until                           int64
			By                                  id.ID
			Name                                string
			Evidence                            []line
			Who                                 string
		}{m.ID, m.Campaign, m.Unit, m.Person, m.Decider, m.lo, m.Kind, m.What, m.At, m.Until, m.By, m.ByName, lines, m.who}
	case "merit.answer":
		body = struct {
			ID     id.ID
			Answer string
			At     int64
			By     id.ID
			Name   string
		}{m.ID, m.Answer, m.AnsweredAt, m.AnsweredBy, m.AnsweredName}
	default:
		body = struct {
			ID            id.ID
			State, Reason string
			At            int64
			By            id.ID
			Name          string
		}{m.ID, m.State, m.Reason, m.DecidedAt, m.DecidedBy, m.DecidedName}
	}
	b, err := json.Marshal(body)
	return proof.Row{Kind: kind, Subject: m.ID, Version: 1, Body: string(b)}, err
}

// Sealed gives every sealed row of the room as the database has it now.
func (s *Service) Sealed(ctx context.Context, tx db.Tx, yield func(proof.Row) error) error {
	all, err := db.All(ctx, tx, scan, `select `+columns+`where 1 = 1 order by m.id`)
	for _, m := range all {
		if err != nil {
			return err
		}
		if m.Evidence, err = evidence(ctx, tx, m); err != nil {
			return err
		}
		kinds := []string{"merit.propose"}
		if m.AnsweredAt != 0 {
			kinds = append(kinds, "merit.answer")
		}
		if !m.Open() {
			kinds = append(kinds, "merit.decide")
		}
		for _, kind := range kinds {
			row, bad := m.sealed(kind)
			if err = cmp.Or(err, bad); err == nil {
				err = yield(row)
			}
		}
	}
	return err
}
