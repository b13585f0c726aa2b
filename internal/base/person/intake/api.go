package intake

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
)

func (s *Service) api() []web.Route {
	return []web.Route{
		web.OpUpload("POST /api/v1/imports", access.PersonEdit, Most*4/3+1<<20, "check-import", "Send a sheet of units or people and see what each row would do", s.apiCheck),
		web.Op("GET /api/v1/imports/{sheet}", access.PersonEdit, "show-import", "A sheet that was sent, with what it would do now", s.apiShow),
		web.Op("PUT /api/v1/imports/{sheet}/columns", access.PersonEdit, "map-import", "Say what the columns of the sheet are, and look it over", s.apiColumns),
		web.Op("POST /api/v1/imports/{sheet}/apply", access.PersonEdit, "apply-import", "Bring the sheet in", s.apiApply),
		web.Op("POST /api/v1/imports/{sheet}/undo", access.PersonEdit, "undo-import", "Take back what the sheet brought in", s.apiUndo),
		web.OpFile("GET /api/v1/imports/{sheet}/wrong", access.PersonEdit, "import-errors", "The wrong rows in the columns of the sheet", s.apiWrong),
		web.OpFile("GET /api/v1/import-samples/{kind}", access.PersonEdit, "import-sample", "A sheet to fill in: units or people", s.apiSample),
	}
}

// under finds the unit of a code within the scope; zero for none. Fault: Invalid on field under.
func (s *Service) under(ctx context.Context, who access.Actor, kind, code string) (id.ID, error) {
	if code == "" {
		return 0, nil
	}
	need := access.PersonEdit
	if kind == Units {
		need = access.UnitEdit
	}
	var u org.Unit
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if u, err = org.ByCode(ctx, tx, code); err == nil {
			err = access.Check(ctx, tx, who, need, u.ID)
		}
		return err
	})
	if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
		return 0, fault.At("under", "org.unknown", "text", code)
	}
	return u.ID, err
}

type told struct {
	Row     int            `json:"row" doc:"as the spreadsheet counts"`
	Verdict batch.Verdict  `json:"verdict" enum:"new,same,changed,question,error,kept"`
	Name    string         `json:"name"`
	Code    string         `json:"code"`
	Text    string         `json:"text" doc:"what is wrong, each sentence with its cell"`
	Changes []batch.Change `json:"changes"`
}

type answer struct {
	ID      id.ID                   `json:"id"`
	Kind    string                  `json:"kind"`
	File    string                  `json:"file"`
	State   string                  `json:"state" enum:"mapping,checking,checked,applying,applied,undoing,undone,failed"`
	Percent int                     `json:"percent" doc:"of the work in progress"`
	Applied bool                    `json:"applied"`
	Total   int64                   `json:"total"`
	Count   map[batch.Verdict]int64 `json:"count" doc:"rows by verdict, foreseen or done"`
	Passed  int64                   `json:"passed" doc:"rows below the list: totals, signatures"`
	Missing int64                   `json:"missing" doc:"people of the sheet's units who are not in it"`
	Removed int64                   `json:"removed"`
	Kept    int64                   `json:"kept" doc:"not taken back, because touched since"`
	Fault   string                  `json:"fault" doc:"why it could not go on"`
	Source  string                  `json:"source" doc:"name under which its columns are remembered"`
	Columns map[string]string       `json:"columns" doc:"key by letter of the column"`
	Legacy  map[string]string       `json:"legacy" doc:"old encoding by letter of the column: tcvn3, vni, cp1258"`
	Rows    []told                  `json:"rows" doc:"the first of each verdict that are worth telling"`
}

func (s *Service) answered(ctx context.Context, who access.Actor, sh Sheet) (answer, error) {
	out := answer{ID: sh.ID, Kind: sh.Kind, File: sh.Name, State: sh.State, Percent: sh.Percent, Applied: sh.State == Applied, Total: sh.Total(),
		Passed: sh.Passed, Missing: sh.Missing, Removed: sh.Removed, Kept: sh.Kept, Source: sh.Source, Rows: []told{},
		Count: map[batch.Verdict]int64{}, Columns: map[string]string{}, Legacy: map[string]string{}}
	lang := cmp.Or(who.Lang, "vi")
	if sh.Broken != nil {
		out.Fault = sh.Broken.In(lang)
	}
	if sh.Mapping != nil {
		for key, at := range sh.Mapping.Columns {
			for n := at[0]; n <= at[1]; n++ {
				out.Columns[sheet.Letter(n)] = key
			}
		}
		for n, l := range sh.Mapping.Legacy {
			out.Legacy[sheet.Letter(n)] = string(l)
		}
	}
	for _, v := range batch.Verdicts {
		out.Count[v] = *sh.count(v)
	}
	shown, err := s.Shown(ctx, who, sh.ID, 1000)
	for _, v := range shownVerdicts {
		for _, row := range shown[v] {
			out.Rows = append(out.Rows, told{row.Number, row.Verdict, row.Name, row.Code, row.Told(lang), append([]batch.Change{}, row.Changes...)})
		}
	}
	return out, err
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
	sh := Sheet{ID: b.ID, Kind: b.Kind, Name: b.Name, Size: int64(len(b.File)), Usual: b.Usual}
	if sh.ID == 0 {
		sh.ID = id.New()
	}
	var err error
	if sh.Under, err = s.under(ctx, who, b.Kind, b.Under); err != nil {
		return answer{}, err
	}
	if sh, err = s.Check(ctx, who, sh, bytes.NewReader(b.File)); err != nil {
		return answer{}, err
	}
	return s.answered(ctx, who, sh)
}

// SheetPath names the sheet of an operation.
type SheetPath struct {
	Sheet web.Ref `path:"sheet"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *SheetPath) (answer, error) {
	sh, err := s.Show(ctx, who, in.Sheet.ID)
	if err != nil {
		return answer{}, err
	}
	return s.answered(ctx, who, sh)
}

func (s *Service) apiColumns(ctx context.Context, who access.Actor, in *struct {
	SheetPath
	Body struct {
		First   int               `json:"first,omitempty" minimum:"0" maximum:"1048576" doc:"first row of the header"`
		Last    int               `json:"last,omitempty" minimum:"0" maximum:"1048576"`
		Columns map[string]string `json:"columns" doc:"key by letter of the column"`
		Legacy  map[string]string `json:"legacy,omitempty" doc:"old encoding by letter of the column: tcvn3, vni, cp1258"`
		Source  string            `json:"source,omitempty" maxLength:"100" doc:"name to remember this by"`
	}
}) (answer, error) {
	sh, err := s.Show(ctx, who, in.Sheet.ID)
	if err != nil {
		return answer{}, err
	}
	m, err := spelt(sh, in.Body.Columns, in.Body.Legacy)
	if err != nil {
		return answer{}, err
	}
	if sh.Mapping != nil {
		m.Sheet, m.First, m.Last = sh.Mapping.Sheet, cmp.Or(in.Body.First, sh.Mapping.First), cmp.Or(in.Body.Last, sh.Mapping.Last)
	}
	if sh, err = s.Understood(ctx, who, sh.ID, m, in.Body.Source); err != nil {
		return answer{}, err
	}
	return s.answered(ctx, who, sh)
}

// spelt is the mapping by letters of columns. Fault: Invalid for letters, keys and encodings that are
// none, and for a key that stands in columns apart, as on the page.
func spelt(sh Sheet, columns, legacy map[string]string) (sheet.Mapping, error) {
	m := sheet.Mapping{Columns: map[string][2]int{}, Legacy: map[int]text.Legacy{}}
	left := len(columns) + len(legacy)
	for n := 1; n <= mappedMost; n++ {
		key, there := columns[sheet.Letter(n)]
		old, written := legacy[sheet.Letter(n)]
		if there {
			left--
		}
		if written {
			left--
		}
		if l := text.Legacy(old); slices.Contains(text.Legacies, l) {
			m.Legacy[n] = l
		} else if l != text.Unicode {
			return m, fault.At("legacy", "web.choose")
		}
		at, twice := m.Columns[key]
		switch {
		case key == "":
		case !slices.ContainsFunc(sh.columns(), func(c sheet.Column) bool { return c.Key == key }):
			return m, fault.At("columns", "web.choose")
		case twice && at[1] != n-1:
			return m, fault.At("columns", "intake.column_twice")
		case twice:
			m.Columns[key] = [2]int{at[0], n}
		default:
			m.Columns[key] = [2]int{n, n}
		}
	}
	if left > 0 {
		return m, fault.At("columns", "web.choose")
	}
	return m, nil
}

func (s *Service) apiApply(ctx context.Context, who access.Actor, in *struct {
	SheetPath
	Body struct {
		Good   bool  `json:"good,omitempty" doc:"bring in the good rows although others are wrong"`
		Remove int64 `json:"remove,omitempty" minimum:"0" doc:"number of missing people whose stay ends; must be the number that the check told"`
	}
}) (answer, error) {
	sh, err := s.Apply(ctx, who, in.Sheet.ID, in.Body.Good, in.Body.Remove)
	if err != nil {
		return answer{}, err
	}
	return s.answered(ctx, who, sh)
}

func (s *Service) apiUndo(ctx context.Context, who access.Actor, in *SheetPath) (answer, error) {
	sh, err := s.Undo(ctx, who, in.Sheet.ID)
	if err != nil {
		return answer{}, err
	}
	return s.answered(ctx, who, sh)
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
