package intake

import (
	"bytes"
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func (s *Service) api() []web.Route {
	return []web.Route{
		web.OpUpload("POST /api/v1/imports", access.PersonEdit, Most*4/3+1<<20, "check-import", "Send a sheet of units or people and see what each row would do", s.apiCheck),
		web.Op("GET /api/v1/imports/{sheet}", access.PersonEdit, "show-import", "A sheet that was sent, with what it would do now", s.apiShow),
		web.Op("POST /api/v1/imports/{sheet}/apply", access.PersonEdit, "apply-import", "Bring the sheet in", s.apiApply),
		web.OpFile("GET /api/v1/imports/{sheet}/wrong", access.PersonEdit, "import-errors", "The wrong rows in the columns of the sheet", s.apiWrong),
		web.OpFile("GET /api/v1/import-samples/{kind}", access.PersonEdit, "import-sample", "A sheet to fill in: units or people", s.apiSample),
	}
}

// under finds the unit of a code; zero for none. Fault: Invalid on field under.
func (s *Service) under(ctx context.Context, code string) (id.ID, error) {
	if code == "" {
		return 0, nil
	}
	var u org.Unit
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		u, err = org.ByCode(ctx, tx, code)
		return err
	})
	if fault.Of(err) == fault.Missing {
		return 0, fault.At("under", "org.unknown", "text", code)
	}
	return u.ID, err
}

type told struct {
	Row     int            `json:"row" doc:"as the spreadsheet counts"`
	Verdict batch.Verdict  `json:"verdict" enum:"new,same,changed,question,error"`
	Name    string         `json:"name"`
	Code    string         `json:"code"`
	Text    string         `json:"text" doc:"what is wrong, each sentence with its cell"`
	Changes []batch.Change `json:"changes"`
}

type answer struct {
	ID      id.ID                 `json:"id"`
	Kind    string                `json:"kind"`
	File    string                `json:"file"`
	Applied bool                  `json:"applied"`
	Total   int                   `json:"total"`
	Count   map[batch.Verdict]int `json:"count" doc:"rows by verdict"`
	Unknown []string              `json:"unknown" doc:"columns that nobody reads"`
	Rows    []told                `json:"rows" doc:"every wrong row, the first of the others"`
}

func answered(who access.Actor, sh Sheet, r *batch.Result) answer {
	out := answer{sh.ID, sh.Kind, sh.Name, sh.Applied, r.Total, r.Count, append([]string{}, r.Unknown...), []told{}}
	lang := "vi"
	if who.Lang != "" {
		lang = who.Lang
	}
	for _, row := range r.Rows {
		out.Rows = append(out.Rows, told{row.Number, row.Verdict, row.Name, row.Code, row.Told(lang), append([]batch.Change{}, row.Changes...)})
	}
	return out
}

func (s *Service) apiCheck(ctx context.Context, who access.Actor, in *struct {
	Body struct {
		ID    id.ID  `json:"id,omitempty" doc:"made by the client, so that sending twice keeps one sheet"`
		Kind  string `json:"kind" enum:"units,people"`
		Name  string `json:"name" maxLength:"300" doc:"of the file, to be shown"`
		File  []byte `json:"file" doc:"xlsx or csv in base64"`
		Under string `json:"under,omitempty" maxLength:"40" doc:"code of the unit for rows that name none"`
		Usual string `json:"usual,omitempty" enum:",official,probationary,civil,mass" doc:"kind of people for rows that do not say"`
	}
}) (answer, error) {
	b := in.Body
	sh := Sheet{ID: b.ID, Kind: b.Kind, Name: b.Name, Body: b.File, Usual: b.Usual}
	if sh.ID == 0 {
		sh.ID = id.New()
	}
	var err error
	if sh.Under, err = s.under(ctx, b.Under); err != nil {
		return answer{}, err
	}
	sh, r, err := s.Check(ctx, who, sh)
	if err != nil {
		return answer{}, err
	}
	return answered(who, sh, r), nil
}

// SheetPath names the sheet of an operation.
type SheetPath struct {
	Sheet web.Ref `path:"sheet"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *SheetPath) (answer, error) {
	sh, r, err := s.Show(ctx, who, in.Sheet.ID)
	if err != nil {
		return answer{}, err
	}
	return answered(who, sh, r), nil
}

type applied struct {
	ID      id.ID `json:"id"`
	Added   int   `json:"added"`
	Changed int   `json:"changed"`
	Wrong   int   `json:"wrong" doc:"rows left out"`
}

func (s *Service) apiApply(ctx context.Context, who access.Actor, in *struct {
	SheetPath
	Body struct {
		Good bool `json:"good,omitempty" doc:"bring in the good rows although others are wrong"`
	}
}) (applied, error) {
	sh, err := s.Apply(ctx, who, in.Sheet.ID, in.Body.Good)
	return applied{sh.ID, sh.Added, sh.Changed, sh.Wrong}, err
}

func (s *Service) apiWrong(ctx context.Context, who access.Actor, in *struct {
	SheetPath
	As string `query:"as" enum:",xlsx,csv"`
}) (web.File, error) {
	kind := "xlsx"
	if in.As == "csv" {
		kind = "csv"
	}
	body, _, err := s.Wrong(ctx, who, in.Sheet.ID, kind, "vi")
	return web.File{Name: "can-sua." + kind, Type: batch.Mime(kind), Body: body}, err
}

func (s *Service) apiSample(_ context.Context, _ access.Actor, in *struct {
	Kind string `path:"kind" enum:"units,people"`
}) (web.File, error) {
	var b bytes.Buffer
	err := Sample(&b, in.Kind)
	return web.File{Name: "mau-" + in.Kind + ".xlsx", Type: batch.Mime("xlsx"), Body: b.Bytes()}, err
}
