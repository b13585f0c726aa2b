package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"quantriet/internal/base/access"
	exemption "quantriet/internal/base/person/late"
	"quantriet/internal/base/proof"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/rollup"
)

// Child is a unit directly below with the state of its report.
type Child struct {
	Unit      id.ID  `json:"unit"`
	Name      string `json:"name"`
	Short     string `json:"short"`
	Level     string `json:"level"`
	Reports   bool   `json:"reports" doc:"its level owes a report"`
	State     string `json:"state" doc:"empty: not begun"`
	Version   int64  `json:"version"`
	FirstSent int64  `json:"first_sent"`
	Sent      int64  `json:"sent"`
	Verified  bool   `json:"verified"`
	Due       int64  `json:"due" doc:"first instant that is too late; 0 none"`
	Late      bool   `json:"late" doc:"sent too late, or not sent and overdue"`

	Amendments int64 `json:"amendments" doc:"versions after its report was closed first"`
	Reopened   bool  `json:"reopened" doc:"open again after it was closed"`
	Asked      int64 `json:"asked" doc:"requests to open it again that wait"`
	Answers    int64 `json:"answers" doc:"answers to questions that came with it"`
}

// View is a report as its unit and those above see it.
type View struct {
	Campaign campaign.Campaign `json:"campaign"`
	Unit     campaign.Unit     `json:"unit"`
	Above    campaign.Unit     `json:"above" doc:"who receives it; empty for the owner"`
	Report   Report            `json:"report"`
	Reports  bool              `json:"reports" doc:"the unit's level owes a report"`
	Due      campaign.Due      `json:"due" doc:"tightest deadline along the chain of units; empty for none"`
	End      int64             `json:"end" doc:"first instant that is too late; 0 none"`
	Late     bool              `json:"late"`
	Studies  []Study           `json:"studies" doc:"what the records say, as frozen when it was sent"`
	Figures  Figures           `json:"figures"`
	Gaps     []Gap             `json:"gaps"`
	Changes  []Change          `json:"changes" doc:"records that changed since it was sent"`
	Below    []Child           `json:"below"`
	Expected int64             `json:"expected" doc:"units directly below that owe a report"`
	Accepted int64             `json:"accepted" doc:"of them accepted"`
	Events   []Event           `json:"events"`
	Sources  []Source          `json:"sources" doc:"where passages quoted in the texts come from"`
	Exempted int64             `json:"exempted_late" doc:"exemptions written or stretched after the roster was frozen, on which nobody concluded"`
	Seal     proof.Mark        `json:"seal" doc:"where the sending, or its acceptance, stands in the sealed log"`
	At       int64             `json:"at" doc:"until when the records were counted"`
	Frozen   bool              `json:"frozen" doc:"its time is over: nothing changes unless it is opened again"`
	Amended  int64             `json:"amended" doc:"amendments of all reports below it"`
	Diff     Diff              `json:"diff" doc:"what differs from the sending before"`
	Remarks  []Remark          `json:"remarks" doc:"of the level above, on figures and sections"`
	Asks     []Asked           `json:"asks" doc:"questions to the unit, with its answers"`
	Marks    []Mark            `json:"marks" doc:"figures that members contest"`
	Reopen   Reopening         `json:"reopen" doc:"the latest request to open it again"`
	Columns  []measure.Column  `json:"columns" doc:"figures that the unit and those above it ordered"`

	MayEdit   bool `json:"may_edit"`
	MayDecide bool `json:"may_decide"`
	MayAsk    bool `json:"may_ask" doc:"for opening it again"`
	MayReopen bool `json:"may_reopen" doc:"decide on that"`

	stated map[id.ID]Figures // by units directly below
	issuer issuer
}

// Waiting are the units directly below whose report is not accepted yet.
func (v View) Waiting() int64 { return v.Expected - v.Accepted }

// Facts are what deciding on the report needs.
func (v View) Facts(who access.Actor, why string) Facts {
	return Facts{Report: v.Report, Figures: v.Figures, Waiting: v.Waiting(), Asked: v.unanswered(), Why: why, Account: who.Account}
}

// Study is the study of a document; false when the campaign does not have it.
func (v View) Study(document id.ID) (Study, bool) {
	i := slices.IndexFunc(v.Studies, func(s Study) bool { return s.Document == document })
	if i < 0 {
		return Study{}, false
	}
	return v.Studies[i], true
}

// Show is a unit's report on a campaign: of an open report the figures of this moment with
// what the unit changed or declared, of a sent one those that were sent. Faults: Missing.
func (s *Service) Show(ctx context.Context, who access.Actor, of, unit id.ID) (v View, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		v, err = s.view(ctx, tx, who, of, unit)
		return err
	})
	if err != nil {
		return View{}, fmt.Errorf("show report of %s: %w", unit, err)
	}
	return v, nil
}

// place is a unit of a campaign that who may read reports of.
func place(ctx context.Context, tx db.Tx, who access.Actor, of, unit id.ID) (v View, err error) {
	if v.Campaign, err = campaign.Find(ctx, tx, of); err != nil {
		return v, err
	}
	if v.Unit, err = campaign.UnitOf(ctx, tx, of, unit); err != nil {
		return v, err
	}
	if err = access.Check(ctx, tx, who, access.ReportRead, unit); err != nil || v.Unit.Parent == 0 {
		return v, err
	}
	v.Above, err = campaign.UnitOf(ctx, tx, of, v.Unit.Parent)
	return v, err
}

func (s *Service) view(ctx context.Context, tx db.Tx, who access.Actor, of, unit id.ID) (v View, err error) {
	if v, err = place(ctx, tx, who, of, unit); err != nil {
		return v, err
	}
	v.At = s.Now.Ms()
	levels, err := v.deadlines(ctx, tx, s.Now())
	if err != nil {
		return v, err
	}
	if v.Report, err = find(ctx, tx, of, unit); err != nil {
		return v, err
	}
	if v.Exempted, err = exemption.Open(ctx, tx, of, v.Unit.Lo, v.Unit.Hi); err != nil {
		return v, err
	}
	v.Late = late(v.Report.FirstSent, v.End, s.Now.Ms())
	if v.stated, err = stated(ctx, tx, of, unit); err != nil {
		return v, err
	}
	if v.Columns, err = measure.Columns(ctx, tx, of, unit); err != nil {
		return v, err
	}
	if err = v.figures(ctx, tx, levels); err != nil {
		return v, err
	}
	v.Gaps = Gaps(v.Figures)
	if s.Frozen != nil {
		if v.Frozen, err = s.Frozen(ctx, tx, of, unit); err != nil {
			return v, err
		}
	}
	if v.Report.ID != 0 {
		if v.Reopen, err = lastReopening(ctx, tx, v.Report.ID); err != nil {
			return v, err
		}
		if v.Events, err = events(ctx, tx, v.Report.ID); err != nil {
			return v, err
		}
		if v.Seal, err = sealOf(ctx, tx, v.Report); err != nil {
			return v, err
		}
	}
	if err = s.sources(ctx, tx, &v); err != nil {
		return v, err
	}
	if v.issuer, err = letterhead(ctx, tx, unit); err != nil {
		return v, err
	}
	if err = s.asked(ctx, tx, &v); err != nil {
		return v, err
	}
	if err = v.rights(ctx, tx, who); err != nil {
		return v, err
	}
	return v, v.approval(ctx, tx)
}

// deadlines fills what is due and from whom; it answers the levels that owe a report.
func (v *View) deadlines(ctx context.Context, tx db.Tx, now time.Time) (map[string]bool, error) {
	dues, err := campaign.Dues(ctx, tx, v.Campaign.ID, v.Unit.Unit)
	if err != nil {
		return nil, err
	}
	levels, ends := map[string]bool{}, map[string]int64{}
	for _, d := range dues {
		levels[d.Level], ends[d.Level] = true, d.End().UnixMilli()
		if d.Level == v.Unit.Level {
			v.Due, v.End = d, ends[d.Level]
		}
	}
	v.Reports = levels[v.Unit.Level] || v.Unit.Parent == 0
	if v.Below, err = below(ctx, tx, v.Campaign.ID, v.Unit.Unit); err != nil {
		return nil, err
	}
	for i := range v.Below {
		c := &v.Below[i]
		c.Reports, c.Due = levels[c.Level], ends[c.Level]
		c.Late = c.Reports && late(c.FirstSent, c.Due, now.UnixMilli())
		if c.Reports {
			v.Expected++
		}
		if c.Reports && c.State == "accepted" {
			v.Accepted++
		}
	}
	return levels, nil
}

// late: the first sending decides, so that a report that came back does not become late.
func late(firstSent, end, now int64) bool {
	switch {
	case end == 0:
		return false
	case firstSent != 0:
		return firstSent >= end
	}
	return now >= end
}

// figures computes what the records say and lays over it what the unit wrote; a report that
// is on its way keeps the figures it was sent with.
func (v *View) figures(ctx context.Context, tx db.Tx, levels map[string]bool) error {
	live, err := studies(ctx, tx, v.Campaign.ID, v.Unit)
	if err != nil {
		return err
	}
	once, shares, err := common(ctx, tx, v.Campaign.ID, v.Unit, levels)
	if err != nil {
		return err
	}
	written, err := essays(ctx, tx, v.Campaign.ID, v.Unit)
	if err != nil {
		return err
	}
	computed := written.Figures()
	if len(computed) > 0 {
		if err := shares.essays(ctx, tx, v.Campaign.ID, v.Unit); err != nil {
			return err
		}
	}
	shares.share(v.Unit.Unit, live)
	for _, s := range live {
		computed = append(computed, s.Figures()...)
	}
	computed = append(computed, once...)
	var rows Figures
	if v.Report.ID != 0 {
		if rows, err = figures(ctx, tx, v.Report.ID); err != nil {
			return err
		}
	}
	v.Studies, v.Figures = live, Merge(computed, rows)
	var documents []id.ID
	for _, s := range live {
		documents = append(documents, s.Document)
	}
	v.Figures = v.Figures.carried(v.stated, documents)
	v.carryColumns()
	if v.Report.Open() {
		return nil
	}
	v.Figures, v.Changes, v.At = rows, Changes(rows, Merge(computed, nil)), v.Report.Sent
	if kept, err := frozen(ctx, tx, v.Report.ID); err != nil || len(kept) > 0 {
		v.Studies = kept
		return err
	}
	return nil
}

func (v *View) rights(ctx context.Context, tx db.Tx, who access.Actor) error {
	may := func(need access.Need, unit id.ID) (bool, error) {
		err := access.Check(ctx, tx, who, need, unit)
		if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
			return false, nil
		}
		return err == nil, err
	}
	edit, err := may(access.ReportEdit, v.Unit.Unit)
	if err != nil {
		return err
	}
	v.MayEdit = edit && v.writable() == nil
	v.MayAsk = edit && v.askable() == nil
	above := v.Above.Unit
	if above == 0 {
		above = v.Unit.Unit
	}
	decide, err := may(access.ReportAccept, above)
	v.MayDecide = decide && v.Report.State == "sent" && v.Above.Unit != 0
	v.MayReopen = decide && v.Reopen.State == "asked" && v.Reopen.by != who.Account
	return err
}

// Rates are both rates of a document as the report states them.
func (v View) Rates(document id.ID) (all, obliged rollup.Rate) { return Rates(v.Figures, document) }
