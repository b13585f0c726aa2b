package review

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

const (
	sealReopen = "review.reopen" // with the version that was accepted
	sealAmend  = "review.amend"  // with the version that was sent after it
)

// Amendment is the opening of an accepted review, and what was sent after it.
type Amendment struct {
	Of      int64    `json:"of" doc:"version that was accepted before"`
	Why     string   `json:"why"`
	At      int64    `json:"at"`
	By      string   `json:"by" doc:"who opened it"`
	Version int64    `json:"version" doc:"the last sending since; 0: none"`
	Changes []Change `json:"changes" doc:"what that sending says otherwise"`
}

// Change is a part of a review that reads otherwise.
type Change struct {
	Part string `json:"part" enum:"text,head,figure"`
	Name string `json:"name" doc:"section, field of the head, or campaign and document"`
	Then string `json:"then"`
	Now  string `json:"now"`
}

// Closed reports whether only an amendment changes it: it was accepted, or sent with nobody above who would.
func (r Review) Closed(above bool) bool {
	return r.State == "accepted" || r.State == "sent" && !above
}

// Reopen decides whether a review may be opened to be amended: only a closed one, with a reason.
func Reopen(r Review, why string, above bool) error {
	switch {
	case !r.Closed(above):
		return fault.New(fault.Conflict, "review.not_accepted")
	case why == "":
		return fault.At("why", "review.why_needed")
	}
	return nil
}

// Compare finds what a sending says otherwise than the one that was accepted.
func Compare(then, now sealed) (out []Change, err error) {
	add := func(part, name, a, b string) {
		if a != b {
			out = append(out, Change{part, name, a, b})
		}
	}
	before := map[string]string{} // a later program may have other sections
	for _, t := range then.Texts {
		before[t[0]] = t[1]
	}
	for _, t := range now.Texts {
		add("text", t[0], before[t[0]], t[1])
	}
	for _, f := range [][3]string{{"title", then.Title, now.Title}, {"number", then.Number, now.Number}, {"issued_on", then.IssuedOn, now.IssuedOn}, {"authority", then.Authority, now.Authority},
		{"position", then.Position, now.Position}, {"signer", then.Signer, now.Signer}, {"recipients", then.Recipients, now.Recipients}} {
		add("head", f[0], f[1], f[2])
	}
	a, old, err := figuresOf(then.Rounds)
	if err != nil {
		return nil, err
	}
	b, names, err := figuresOf(now.Rounds)
	for _, name := range names {
		add("figure", name, a[name], b[name])
	}
	for _, name := range old {
		if _, still := b[name]; !still {
			add("figure", name, a[name], "")
		}
	}
	return out, err
}

// figuresOf are the figures of kept campaigns as people read them, and their names in order.
func figuresOf(rounds []string) (out map[string]string, names []string, err error) {
	out = map[string]string{}
	put := func(name, value string) {
		of := name
		for n := 2; slices.Contains(names, of); n++ { // campaigns may bear the same title
			of = fmt.Sprintf("%s (%d)", name, n)
		}
		out[of], names = value, append(names, of)
	}
	for _, body := range rounds {
		var x Round
		if err := json.Unmarshal([]byte(body), &x); err != nil {
			return nil, nil, fmt.Errorf("kept campaign: %w", err)
		}
		for _, s := range x.Studies {
			all := s.Count.RateAll()
			put(x.Title+", "+s.Name, text.Int(all.Num)+"/"+text.Int(all.Den)+", "+all.Percent(x.Rounding))
		}
		for _, d := range x.Declared {
			put(x.Title+", "+d.name(), d.said())
		}
	}
	return out, names, nil
}

// Reopen lets the unit amend a review that was accepted: an officer of the level above says why, and so
// grants the request of the unit when one waits; nobody grants their own. With nobody above, a colleague
// grants what another asked for.
// What was accepted stays sealed; what is sent next is kept with its difference, and somebody
// accepts it again. version as in Send. Faults: Invalid why, Missing, Denied, Conflict.
func (s *Service) Reopen(ctx context.Context, who access.Actor, of id.ID, why string, version int64) error {
	why, err := lines("why", why, 2000)
	if err != nil {
		return fmt.Errorf("reopen review %s: %w", of, err)
	}
	return s.answer(ctx, who, of, "returned", version, func(tx db.Tx, r Review, above bool) error {
		was, err := find(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := Reopen(was, why, above); err != nil {
			return err
		}
		if err := s.granted(ctx, tx, who, of, why, above); err != nil {
			return err
		}
		kinds := []string{sealSend}
		if was.State == "accepted" {
			kinds = append(kinds, sealAccept)
		}
		for _, kind := range kinds {
			if err := keepSealed(ctx, tx, kind, was); err != nil {
				return err
			}
		}
		r.State, r.Remark = "returned", why
		if err := update(ctx, tx, r); err != nil {
			return err
		}
		if err := s.seal(ctx, tx, sealReturn, of); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into review_reopen (review, version, why, at, by, by_name) values ($1, $2, $3, $4, $5, $6)`, of, was.Version, why, s.Now.Ms(), who.Account, who.Name)
		if err != nil {
			return err
		}
		if err := s.append(ctx, tx, sealReopen, `review = $1 and version = $2`, of, was.Version); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "review.reopen", of, r.Unit, nil, why)
	})
}

// amended keeps what the sending on its way says otherwise than the version accepted last.
func (s *Service) amended(ctx context.Context, tx db.Tx, r Review) error {
	if r.Amendments == 0 {
		return nil
	}
	var then, now sealed
	of, err := db.One(ctx, tx, db.Value[int64], `select max(version) from review_reopen where review = $1`, r.ID)
	if err != nil {
		return err
	}
	before, err := db.One(ctx, tx, db.Value[string], `select body from review_seal where review = $1 and version = $2 and kind = $3`, r.ID, of, sealSend)
	if err == nil {
		err = json.Unmarshal([]byte(before), &then)
	}
	if err != nil {
		return fmt.Errorf("what was accepted: %w", err)
	}
	row, err := rowOf(ctx, tx, sealSend, r)
	if err == nil {
		err = json.Unmarshal([]byte(row.Body), &now)
	}
	if err != nil {
		return err
	}
	diff, err := Compare(then, now)
	if err != nil {
		return err
	}
	body, err := json.Marshal(diff)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `insert into review_amend (review, version, accepted, diff, at) values ($1, $2, $3, $4, $5)`, r.ID, r.Version, of, string(body), s.Now.Ms()); err != nil {
		return err
	}
	return s.append(ctx, tx, sealAmend, `review = $1 and version = $2`, r.ID, r.Version)
}

func (s *Service) append(ctx context.Context, tx db.Tx, kind, where string, args ...any) error {
	return amendRows(ctx, tx, kind, where, func(row proof.Row) error { return proof.Append(ctx, tx, s.Now.Ms(), row) }, args...)
}

// amendRows are the sealed texts of openings, or of what was sent after them.
func amendRows(ctx context.Context, tx db.Tx, kind, where string, yield func(proof.Row) error, args ...any) error {
	q := `select review, version, 0, why, at, by, by_name from review_reopen where `
	if kind == sealAmend {
		q = `select review, version, accepted, diff, at, null, '' from review_amend where `
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (proof.Row, error) {
		var x struct {
			Review                id.ID
			Version, Accepted, At int64
			Said, Name            string
			By                    id.ID
		}
		if err := scan(&x.Review, &x.Version, &x.Accepted, &x.Said, &x.At, &x.By, &x.Name); err != nil {
			return proof.Row{}, err
		}
		b, err := json.Marshal(x)
		return proof.Row{Kind: kind, Subject: x.Review, Version: x.Version, Body: string(b)}, err
	}, q+where+` order by review, version`, args...)
	for _, row := range list {
		if err == nil {
			err = yield(row)
		}
	}
	return err
}

// amendments are the openings of a review, the newest first, each with its last sending.
func amendments(ctx context.Context, tx db.Tx, of id.ID) ([]Amendment, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (a Amendment, err error) {
		var diff string
		a.Changes = []Change{}
		if err = scan(&a.Of, &a.Why, &a.At, &a.By, &a.Version, &diff); err == nil && diff != "" {
			err = json.Unmarshal([]byte(diff), &a.Changes)
		}
		return a, err
	}, `select o.version, o.why, o.at, o.by_name, coalesce(a.version, 0), coalesce(a.diff, '') from review_reopen o
		left join review_amend a on a.review = o.review and a.accepted = o.version
			and a.version = (select max(x.version) from review_amend x where x.review = o.review and x.accepted = o.version)
		where o.review = $1 order by o.version desc`, of)
}
