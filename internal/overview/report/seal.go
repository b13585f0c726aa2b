package report

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/measure"
)

// What is sealed of a report, with the number of its sending as version.
const (
	sealSend   = "report.send"
	sealAccept = "report.accept"
	sealReturn = "report.return"
	sealReopen = "report.reopen" // as it stands open again

	sealEvent   = "report.event"
	sealRemark  = "report.remark"
	sealVersion = "report.version"
	sealAsk     = "report.ask"
	sealDecide  = "report.decide"
)

// sealed is the whole of a sending, in one order.
type sealed struct {
	Report, Campaign, Unit                                    id.ID
	Version                                                   int64
	Number, IssuedOn, Authority, Position, Signer, Recipients string
	Verified                                                  bool
	FirstSent, Sent                                           int64
	SentBy                                                    id.ID
	Remark                                                    string
	Decided                                                   int64 // while it is on its way: nought
	DecidedBy                                                 id.ID
	Roster, Program                                           string
	Texts                                                     [][2]string
	Figures                                                   []sealedFigure
	Studies                                                   []sealedStudy
	Answers                                                   []Asked
}

type sealedFigure struct {
	Code     string
	Document id.ID
	Computed *int64
	Value    int64
	Marker   string
	Reason   string
	Kept     string
	At       int64
	By       string

	Declared       *int64
	DeclaredMarker string

	Definition int64
	Grades     string

	Name string `json:",omitempty"` // of a column that a unit ordered: what was declared under it
}

func sealFigure(f Figure) sealedFigure {
	return sealedFigure{f.Code, f.Document, f.Computed, f.Value, f.Marker, f.Reason, f.Kept, f.At, f.By, f.Declared, f.DeclaredMarker, f.Definition, f.Grades, ""}
}

// sealedHead is a sealed sending without its figures.
func sealedHead(r Report) sealed {
	s := sealed{Report: r.ID, Campaign: r.Campaign, Unit: r.Unit, Version: r.Version, Number: r.Number, IssuedOn: r.IssuedOn, Authority: r.Authority,
		Position: r.Position, Signer: r.Signer, Recipients: r.Recipients, Verified: r.Verified, FirstSent: r.FirstSent, Sent: r.Sent, SentBy: r.SentBy, Remark: r.Remark,
		Roster: r.Roster, Program: r.Program}
	if r.State == "sent" {
		s.Decided, s.DecidedBy = r.Decided, r.DecidedBy
	}
	for _, section := range slices.Sorted(maps.Keys(r.Texts)) {
		s.Texts = append(s.Texts, [2]string{section, r.Texts[section]})
	}
	return s
}

type sealedStudy struct {
	Document id.ID
	Ord      int64
	Body     string
}

// sentText is what a report says as it was sent, read from where it is kept.
func sentText(ctx context.Context, tx db.Tx, r Report) (string, error) {
	s := sealedHead(r)
	fs, err := figures(ctx, tx, r.ID)
	if err != nil {
		return "", err
	}
	columns, err := measure.Columns(ctx, tx, r.Campaign, r.Unit)
	if err != nil {
		return "", err
	}
	for _, f := range fs {
		sealed := sealFigure(f)
		if c, own := columnOf(columns, f.Code); own {
			sealed.Name = c.Name
		}
		s.Figures = append(s.Figures, sealed)
	}
	slices.SortFunc(s.Figures, func(a, b sealedFigure) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Document, b.Document))
	})
	s.Studies, err = db.All(ctx, tx, func(scan func(...any) error) (x sealedStudy, err error) {
		err = scan(&x.Document, &x.Ord, &x.Body)
		return x, err
	}, `select document, ord, body from report_study where report = $1 order by ord, document`, r.ID)
	if err != nil {
		return "", err
	}
	if s.Answers, err = answers(ctx, tx, r.ID); err != nil {
		return "", err
	}
	return asText(s)
}

// decidedText is what the level above said of a sending.
func decidedText(r Report) (string, error) {
	return asText(struct {
		Report          id.ID
		Version         int64
		State           string
		Decided         int64
		DecidedBy       id.ID
		Remark          string
		FirstSent, Sent int64
		SentBy          id.ID

		Reopened             bool
		Closings, Amendments int64
	}{r.ID, r.Version, r.State, r.Decided, r.DecidedBy, r.Remark, r.FirstSent, r.Sent, r.SentBy, r.Reopened, r.Closings, r.Amendments})
}

func asText(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// seal writes the line of a row, as it is kept by now, into the log.
func (s *Service) seal(ctx context.Context, tx db.Tx, kind string, of, unit id.ID) error {
	r, err := find(ctx, tx, of, unit)
	if err != nil {
		return err
	}
	row, err := sealRow(ctx, tx, kind, r)
	if err != nil {
		return err
	}
	return proof.Append(ctx, tx, s.Now.Ms(), row)
}

func sealRow(ctx context.Context, tx db.Tx, kind string, r Report) (row proof.Row, err error) {
	row = proof.Row{Kind: kind, Subject: r.ID, Version: r.Version}
	if kind == sealSend {
		row.Body, err = sentText(ctx, tx, r)
	} else {
		row.Body, err = decidedText(r)
	}
	return row, err
}

// sealOf is where what stands of a report is sealed; nothing of an open one.
func sealOf(ctx context.Context, tx db.Tx, r Report) (proof.Mark, error) {
	if r.Open() {
		return proof.Mark{}, nil
	}
	kind := sealSend
	if r.State == "accepted" {
		kind = sealAccept
	}
	return proof.MarkOf(ctx, tx, kind, r.ID, r.Version)
}

// keepSealed keeps the text of a row that is about to be written over.
func keepSealed(ctx context.Context, tx db.Tx, kind string, r Report) error {
	row, err := sealRow(ctx, tx, kind, r)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into report_seal (report, version, kind, body) values ($1, $2, $3, $4)`, r.ID, r.Version, kind, row.Body)
	return err
}

// Sealed gives every sealed row of the room as the database has it now.
func (s *Service) Sealed(ctx context.Context, tx db.Tx, yield func(proof.Row) error) error {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (r Report, err error) {
		err = scan(&r.Campaign, &r.Unit)
		return r, err
	}, `select campaign, unit from report where version > 0 order by id`)
	if err != nil {
		return err
	}
	yield = rostered(ctx, tx, yield)
	for _, at := range list {
		if err := sealedNow(ctx, tx, at.Campaign, at.Unit, yield); err != nil {
			return err
		}
	}
	if err := sealedEvents(ctx, tx, yield); err != nil {
		return err
	}
	if err := remarkRows(ctx, tx, `sent`, yield); err != nil {
		return err
	}
	if err := versionRows(ctx, tx, `id > 0`, yield); err != nil {
		return err
	}
	if err := reopeningRows(ctx, tx, sealAsk, `id > 0`, yield); err != nil {
		return err
	}
	if err := reopeningRows(ctx, tx, sealDecide, `state <> 'asked'`, yield); err != nil {
		return err
	}
	return sealedBefore(ctx, tx, yield)
}

// rostered adds to a sending the print of the roster as it lies in the database now, where that is another
// one than was sealed: a frozen roster never changes, so somebody wrote into it.
func rostered(ctx context.Context, tx db.Tx, yield func(proof.Row) error) func(proof.Row) error {
	now := map[id.ID]map[id.ID]string{} // by campaign and unit
	return func(row proof.Row) error {
		var was struct {
			Campaign, Unit id.ID
			Roster         string
		}
		if row.Kind == sealSend && json.Unmarshal([]byte(row.Body), &was) == nil && was.Roster != "" {
			if now[was.Campaign] == nil {
				prints, err := measure.Rosters(ctx, tx, was.Campaign)
				if err != nil {
					return err
				}
				now[was.Campaign] = prints
			}
			if is := now[was.Campaign][was.Unit]; is != was.Roster {
				row.Body += "\nroster now " + is
			}
		}
		return yield(row)
	}
}

// returnedAs is how a report that is open again was sealed: given back, or opened after it was closed.
func (r Report) returnedAs() string {
	if r.Decided == 0 {
		return sealReopen
	}
	return sealReturn
}

// sealedNow gives what stands of a report in its own tables.
func sealedNow(ctx context.Context, tx db.Tx, of, unit id.ID, yield func(proof.Row) error) error {
	r, err := find(ctx, tx, of, unit)
	if err != nil {
		return err
	}
	var kinds []string
	switch r.State {
	case "sent":
		kinds = []string{sealSend}
	case "accepted":
		kinds = []string{sealSend, sealAccept}
	case "returned":
		kinds = []string{r.returnedAs()}
	}
	for _, kind := range kinds {
		row, err := sealRow(ctx, tx, kind, r)
		if err == nil {
			err = yield(row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sealedBefore gives what was kept of versions before.
func sealedBefore(ctx context.Context, tx db.Tx, yield func(proof.Row) error) error {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (r proof.Row, err error) {
		err = scan(&r.Subject, &r.Version, &r.Kind, &r.Body)
		return r, err
	}, `select report, version, kind, body from report_seal order by report, version, kind`)
	for _, row := range list {
		if err == nil {
			err = yield(row)
		}
	}
	return err
}

// sealEach gives rows of one kind that stand by themselves: read gives subject and body of each.
func sealEach(ctx context.Context, tx db.Tx, kind string, yield func(proof.Row) error, read func(scan func(...any) error) (id.ID, any, error), query string, args ...any) error {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (row proof.Row, err error) {
		subject, body, err := read(scan)
		if err != nil {
			return row, err
		}
		row.Kind, row.Subject = kind, subject
		row.Body, err = asText(body)
		return row, err
	}, query, args...)
	for _, row := range list {
		if err == nil {
			err = yield(row)
		}
	}
	return err
}

// eventRow is a step between the levels, sealed by itself.
func eventRow(of, report id.ID, e Event, by id.ID) (proof.Row, error) {
	body, err := asText(struct {
		Report id.ID
		At     int64
		By     id.ID
		Name   string
		Action string
		Remark string
	}{report, e.At, by, e.By, e.Action, e.Remark})
	return proof.Row{Kind: sealEvent, Subject: of, Body: body}, err
}

func sealedEvents(ctx context.Context, tx db.Tx, yield func(proof.Row) error) error {
	type event struct {
		Event
		id, report, by id.ID
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (e event, err error) {
		err = scan(&e.id, &e.report, &e.At, &e.by, &e.By, &e.Action, &e.Remark)
		return e, err
	}, `select id, report, at, by, by_name, action, remark from report_event order by id`)
	if err != nil {
		return err
	}
	for _, e := range list {
		row, err := eventRow(e.id, e.report, e.Event, e.by)
		if err == nil {
			err = yield(row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
