package recheck

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// The kinds of sealed rows; the subject is the draw, the version that of the report. Their text is read by
// quantriet-verify, which computes the draw anew: lines of words parted by one space.
const (
	sealCommit = "recheck.commit"
	sealDraw   = "recheck.draw"
	sealReveal = "recheck.reveal"
)

func (d draw) commitRow() proof.Row {
	var b strings.Builder
	fmt.Fprintf(&b, "quantriet recheck commit 1\ncampaign %s\nunit %s\nreport %s %d\nasker %s\nat %d\nsecret %s\n", d.Campaign, d.Unit, d.Report, d.Version, d.Asker, d.Committed, d.Hash)
	for _, key := range strings.Fields(d.Witnesses) {
		fmt.Fprintf(&b, "witness %s\n", key)
	}
	for _, s := range d.Strata {
		fmt.Fprintf(&b, "stratum %s %d %d %d %d %d %s\n", s.Unit, s.Weight, s.Studied, s.Missed, s.Ask, s.AskMissed, Hash([]byte(s.salt+"\n"+s.list)))
	}
	return proof.Row{Kind: sealCommit, Subject: d.ID, Version: d.Version, Body: b.String()}
}

// side is the word for a list.
func side(counted bool) string {
	if counted {
		return "studied"
	}
	return "missed"
}

// who commits to a person and what is asked; nobody who has not the salt can tell whom it means.
func (a asked) who() string {
	return Hash(fmt.Appendf(nil, "%s\n%s %s %d %s %s %d", a.salt, a.Person, a.Unit, a.lo, a.Document, a.Record, a.Asked))
}

// what commits to the answer.
func (a asked) what() string {
	return Hash(fmt.Appendf(nil, "%s\n%s %s %s %s %s %d", a.salt, a.Person, a.Answer, a.Said.There, a.Said.Form, a.Said.Heard, a.Closes))
}

func drawRow(ctx context.Context, tx db.Tx, d draw) (proof.Row, error) {
	list, err := people(ctx, tx, d.ID)
	var b strings.Builder
	fmt.Fprintf(&b, "quantriet recheck draw 1\nhead %d %s\nat %d\ncloses %d\n%s", d.Size, d.Root, d.Drawn, d.Closes, d.Cosigned)
	for _, a := range list {
		fmt.Fprintf(&b, "person %s %s %d %s\n", a.stratum, side(a.Counted), a.place, a.who())
	}
	return proof.Row{Kind: sealDraw, Subject: d.ID, Version: d.Version, Body: b.String()}, err
}

func revealRow(ctx context.Context, tx db.Tx, d draw) (proof.Row, error) {
	list, err := people(ctx, tx, d.ID)
	var b strings.Builder
	fmt.Fprintf(&b, "quantriet recheck reveal 1\nsecret %s\nat %d\n", d.Shown, d.Closed)
	for _, a := range list {
		fmt.Fprintf(&b, "answer %s %s %d %s\n", a.stratum, side(a.Counted), a.place, a.what())
	}
	return proof.Row{Kind: sealReveal, Subject: d.ID, Version: d.Version, Body: b.String()}, err
}

// Sealed gives every sealed row of the room as the database has it now.
func (s *Service) Sealed(ctx context.Context, tx db.Tx, yield func(proof.Row) error) error {
	for after := id.ID(0); ; {
		list, err := db.All(ctx, tx, scanDraw, `select `+drawColumns+` from recheck_draw d where d.id > $1 order by d.id limit $2`, int64(after), many)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, d := range list {
			if err := sealedOf(ctx, tx, d, yield); err != nil {
				return err
			}
			after = d.ID
		}
	}
}

func sealedOf(ctx context.Context, tx db.Tx, d draw, yield func(proof.Row) error) (err error) {
	if d.State == "begun" {
		return nil
	}
	if d.Strata, err = strata(ctx, tx, d.ID); err != nil {
		return err
	}
	if err := yield(d.commitRow()); err != nil || d.State == "committed" {
		return err
	}
	row, err := drawRow(ctx, tx, d)
	if err == nil {
		err = yield(row)
	}
	if err != nil || d.State != "closed" {
		return err
	}
	if row, err = revealRow(ctx, tx, d); err == nil {
		err = yield(row)
	}
	return err
}
