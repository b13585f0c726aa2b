package report

import (
	"context"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Remark is what the level above says about one figure or section of a version.
type Remark struct {
	ID       id.ID  `json:"id"`
	Version  int64  `json:"version"`
	Figure   string `json:"figure" doc:"a figure, or empty"`
	Document id.ID  `json:"document"`
	Section  string `json:"section" doc:"a section of the texts, or empty"`
	Body     string `json:"body"`
	Sent     bool   `json:"sent" doc:"false: noted, the unit does not see it yet"`
	At       int64  `json:"at"`
	By       string `json:"by"`
}

func (r Remark) about(o Remark) bool {
	return r.Figure == o.Figure && r.Document == o.Document && r.Section == o.Section
}

// subject refuses a remark on what no report has.
func (r Remark) subject() error {
	switch {
	case r.Section != "":
		if !slices.Contains(Sections, r.Section) || r.Figure != "" || r.Document != 0 {
			return fault.Gone()
		}
		return nil
	}
	return known(Figure{Code: r.Figure, Document: r.Document})
}

// Remark notes what is to be mended about a figure or a section of a report that waits to be
// accepted; the unit sees it when the report is returned. An empty body takes it away. Only
// Figure, Document, Section and Body are read. Faults: Missing, Invalid, Conflict.
func (s *Service) Remark(ctx context.Context, who access.Actor, of, unit id.ID, r Remark, version int64) error {
	return s.decide(ctx, who, of, unit, version, func(tx db.Tx, at Report) error {
		if at.State != "sent" {
			return fault.New(fault.Conflict, "report.not_sent")
		}
		return s.remark(ctx, tx, who, at, r)
	})
}

func (s *Service) remark(ctx context.Context, tx db.Tx, who access.Actor, at Report, r Remark) error {
	body, err := clean(r.Body, "body")
	if err == nil {
		err = r.subject()
	}
	if err != nil {
		return err
	}
	if err := ordered(ctx, tx, at, r.Figure); err != nil {
		return err
	}
	if r.Document != 0 {
		on, err := papers(ctx, tx, at.Campaign)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(on, func(s Study) bool { return s.Document == r.Document }) {
			return fault.Gone()
		}
	}
	noted, err := remarks(ctx, tx, at.ID, at.Version)
	if err != nil {
		return err
	}
	r.Body = strings.TrimSpace(body)
	i := slices.IndexFunc(noted, func(x Remark) bool { return x.about(r) })
	switch {
	case i < 0 && r.Body == "" || i >= 0 && noted[i].Body == r.Body:
		return nil
	case i >= 0:
		if _, err := tx.ExecContext(ctx, `delete from report_remark where id = $1`, noted[i].ID); err != nil {
			return err
		}
	}
	if r.Body != "" {
		r.ID, r.Version, r.At, r.By = id.New(), at.Version, s.Now.Ms(), who.Name
		if err := putRemark(ctx, tx, at.ID, r, who.Account); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "report.remark", at.ID, at.Unit, map[string]string{"figure": r.Figure, "section": r.Section, "remark": r.Body}, "")
}

func remarks(ctx context.Context, tx db.Tx, report id.ID, version int64) ([]Remark, error) {
	return db.All(ctx, tx, scanRemark, `select id, version, figure, document, section, body, sent, at, by_name from report_remark
		where report = $1 and version = $2 order by id`, report, version)
}

func scanRemark(scan func(...any) error) (r Remark, err error) {
	err = scan(&r.ID, &r.Version, &r.Figure, &r.Document, &r.Section, &r.Body, &r.Sent, &r.At, &r.By)
	return r, err
}

func putRemark(ctx context.Context, tx db.Tx, report id.ID, r Remark, by id.ID) error {
	_, err := tx.ExecContext(ctx, `insert into report_remark (id, report, version, figure, document, section, body, sent, at, by, by_name)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, r.ID, report, r.Version, r.Figure, r.Document, r.Section, r.Body, r.Sent, r.At, by, r.By)
	return err
}

// sendRemarks gives what was noted on a version to the unit, each with its line in the log.
func (s *Service) sendRemarks(ctx context.Context, tx db.Tx, r Report) error {
	if _, err := tx.ExecContext(ctx, `update report_remark set sent = true where report = $1 and version = $2`, r.ID, r.Version); err != nil {
		return err
	}
	return remarkRows(ctx, tx, `report = $1 and version = $2 and sent`, func(row proof.Row) error { return proof.Append(ctx, tx, s.Now.Ms(), row) }, r.ID, r.Version)
}

// remarkRows are the sealed texts of remarks.
func remarkRows(ctx context.Context, tx db.Tx, where string, yield func(proof.Row) error, args ...any) error {
	type full struct {
		Report id.ID
		By     id.ID
		Remark Remark
	}
	return sealEach(ctx, tx, sealRemark, yield, func(scan func(...any) error) (subject id.ID, body any, err error) {
		var f full
		r := &f.Remark
		err = scan(&r.ID, &f.Report, &r.Version, &r.Figure, &r.Document, &r.Section, &r.Body, &r.Sent, &r.At, &f.By, &r.By)
		return r.ID, f, err
	}, `select id, report, version, figure, document, section, body, sent, at, by, by_name from report_remark where `+where+` order by id`, args...)
}
