package review

import (
	"context"
	"encoding/json"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// What is sealed of a review, with the number of its sending as version.
const (
	sealSend   = "review.send"
	sealAccept = "review.accept"
	sealReturn = "review.return" // as it stands open again: sent back, or opened to be amended
)

// sealed is the whole of a sending, in one order.
type sealed struct {
	Review, Duty, Unit, SentBy                                               id.ID
	Kind, From, To                                                           string
	Version, FirstSent, Sent                                                 int64
	Title, Number, IssuedOn, Authority, Position, Signer, Recipients, Sender string
	Texts                                                                    [][2]string
	Rounds                                                                   []string
}

// rowOf is a row of a review as the database has it.
func rowOf(ctx context.Context, tx db.Tx, kind string, r Review) (proof.Row, error) {
	row := proof.Row{Kind: kind, Subject: r.ID, Version: r.Version}
	var what any = struct {
		Review           id.ID
		Version, Decided int64
		DecidedBy        id.ID
		State, Name      string
		Remark           string
	}{r.ID, r.Version, r.Decided, r.DecidedBy, r.State, r.Decider, r.Remark}
	if kind == sealSend {
		rounds, err := frozen(ctx, tx, r.ID)
		if err != nil {
			return row, err
		}
		s := sealed{r.ID, r.Duty, r.Unit, r.SentBy, r.Kind, r.From, r.To, r.Version, r.FirstSent, r.Sent,
			r.Title, r.Number, r.IssuedOn, r.Authority, r.Position, r.Signer, r.Recipients, r.Sender, nil, rounds}
		for _, section := range Sections {
			s.Texts = append(s.Texts, [2]string{section, r.Texts[section]})
		}
		what = s
	}
	b, err := json.Marshal(what)
	row.Body = string(b)
	return row, err
}

// seal writes the line of a row, as it is kept by now, into the log.
func (s *Service) seal(ctx context.Context, tx db.Tx, kind string, of id.ID) error {
	r, err := find(ctx, tx, of)
	if err != nil {
		return err
	}
	row, err := rowOf(ctx, tx, kind, r)
	if err != nil {
		return err
	}
	return proof.Append(ctx, tx, s.Now.Ms(), row)
}

// sealOf is where what stands of a review is sealed; nothing of an open one.
func sealOf(ctx context.Context, tx db.Tx, r Review) (proof.Mark, error) {
	if r.Open() {
		return proof.Mark{}, nil
	}
	kind := sealSend
	if r.State == "accepted" {
		kind = sealAccept
	}
	return proof.MarkOf(ctx, tx, kind, r.ID, r.Version)
}

// keepSealed keeps a sealed text whose review will be written over.
func keepSealed(ctx context.Context, tx db.Tx, kind string, r Review) error {
	row, err := rowOf(ctx, tx, kind, r)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into review_seal (review, version, kind, body) values ($1, $2, $3, $4)`, r.ID, r.Version, row.Kind, row.Body)
	return err
}

// Sealed gives every sealed row of the room as the database has it now.
func (s *Service) Sealed(ctx context.Context, tx db.Tx, yield func(proof.Row) error) error {
	list, err := db.All(ctx, tx, db.Value[id.ID], `select id from review where state <> 'draft' order by id`)
	if err != nil {
		return err
	}
	for _, of := range list {
		r, err := find(ctx, tx, of)
		if err != nil {
			return err
		}
		kinds := []string{sealSend}
		switch r.State {
		case "accepted":
			kinds = append(kinds, sealAccept)
		case "returned": // what was sent is kept beside it
			kinds = []string{sealReturn}
		}
		for _, kind := range kinds {
			row, err := rowOf(ctx, tx, kind, r)
			if err == nil {
				err = yield(row)
			}
			if err != nil {
				return err
			}
		}
	}
	kept, err := db.All(ctx, tx, func(scan func(...any) error) (r proof.Row, err error) {
		err = scan(&r.Subject, &r.Version, &r.Kind, &r.Body)
		return r, err
	}, `select review, version, kind, body from review_seal order by review, version, kind`)
	for _, row := range kept {
		if err == nil {
			err = yield(row)
		}
	}
	for _, kind := range []string{sealReopen, sealAmend} {
		if err == nil {
			err = amendRows(ctx, tx, kind, `1 = 1`, yield)
		}
	}
	if err != nil {
		return err
	}
	return requestRows(ctx, tx, yield)
}
