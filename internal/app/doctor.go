package app

import (
	"context"
	"fmt"
	"io"

	"quantriet/internal/base/person/secret"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
)

// checks are questions that must count nothing: what they find would make a figure wrong.
var checks = []struct{ name, query string }{
	{"indexes and keys that a load has left undone", `select count(*) from db_aside`},
	{"units without a place in the tree", `select count(*) from org_unit u where not exists (select 1 from org_below b where b.unit = u.id and b.top = u.id)`},
	{"closed tree differing from the parents", `
		select count(*) from org_unit u where u.parent is not null
		and not exists (select 1 from org_below b where b.unit = u.id and b.top = u.parent and b.depth = 1)`},
	{"people without a membership", `select count(*) from person p where not exists (select 1 from person_membership m where m.person = p.id)`},
	{"records of nobody or nowhere", `
		select count(*) from attendance_record r
		where not exists (select 1 from person p where p.id = r.person) or not exists (select 1 from attendance_site s where s.meeting = r.meeting and s.site = r.site)`},
	{"scans whose number is not marked as used", `
		select count(*) from attendance_scan s where s.station is not null and s.counter is not null and not exists (
			select 1 from attendance_number n where n.station = s.station and n.block = s.counter / 64 and (n.bits >> cast(s.counter % 64 as integer)) & 1 = 1)`},
	{"study counted without a record", `
		select count(*) from attendance_studied s join attendance_record r on r.id = s.record where r.void_at is not null`},
	{"tallies differing from the people counted", `
		select count(*) from (
			select t.campaign, t.document, t.kind, t.lo, t.studied,
				(select count(*) from campaign_participant p join attendance_studied s
					on s.campaign = p.campaign and s.person = p.person and s.document = t.document
				 where p.campaign = t.campaign and p.lo = t.lo and p.kind = t.kind) as n
			from attendance_tally t) as x where x.studied <> x.n`},
	{"units whose sum differs from what is below them", `
		select count(*) from attendance_fold f join campaign_unit u on u.campaign = f.campaign and u.lo = f.lo
		where not exists (select 1 from attendance_pending p where p.campaign = f.campaign)
			and f.studied <> (select coalesce(sum(t.studied), 0) from attendance_tally t
				where t.campaign = f.campaign and t.document = f.document and t.kind = f.kind and t.lo between u.lo and u.hi)`},
	{"sites differing from their records", `
		select count(*) from attendance_site s where s.persons <> (select count(*) from attendance_record r where r.site = s.site and r.void_at is null)`},
	{"frozen rosters differing from their people", `
		select count(*) from campaign_unit u where u.members <> (
			select count(*) from campaign_participant p where p.campaign = u.campaign and p.lo = u.lo and p.kind = 'member')`},
}

// Doctor looks whether the parts agree with each other and says so line by line. It fails
// when something does not.
func (a *App) Doctor(ctx context.Context, w io.Writer) error {
	fmt.Fprintf(w, "version   %s\nengine    %s\n", Version, a.DB.Engine())
	bad := 0
	err := a.DB.Read(ctx, func(tx db.Tx) error {
		for _, t := range []string{"org_unit", "person", "account", "document", "campaign", "meeting", "attendance_record", "report"} {
			n, err := db.One(ctx, tx, db.Value[int64], "select count(*) from "+t)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%-9s %d\n", t, n)
		}
		for _, c := range checks {
			n, err := db.One(ctx, tx, db.Value[int64], c.query)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			bad += verdict(w, c.name, n)
		}
		lost, err := a.lostFiles(ctx, tx)
		bad += verdict(w, "files that are registered but not there", lost)
		if err != nil {
			return err
		}
		unknown, err := secret.Unknown(ctx, tx, a.Secret.Seal)
		bad += verdict(w, "numbers sealed with a key that is not here", unknown)
		return err
	})
	if err == nil && bad > 0 {
		err = fmt.Errorf("%d of %d checks found something", bad, len(checks)+2)
	}
	return err
}

func verdict(w io.Writer, name string, n int64) int {
	if n == 0 {
		fmt.Fprintf(w, "ok        %s: none\n", name)
		return 0
	}
	fmt.Fprintf(w, "LOOK      %s: %d\n", name, n)
	return 1
}

func (a *App) lostFiles(ctx context.Context, tx db.Tx) (n int64, err error) {
	for _, of := range []struct {
		store *file.Store
		sums  string
	}{
		{a.Document.Files, `select distinct sha256 from document_file`},
		{a.Essay.Files, `select distinct sha256 from essay_file where not removed`},
		{a.Photo.Files, `select sha256 from meeting_photo union select thumb from meeting_photo where thumb <> ''`},
	} {
		sums, err := db.All(ctx, tx, db.Value[string], of.sums)
		if err != nil {
			return n, err
		}
		for _, sum := range sums {
			switch r, err := of.store.Reader(sum); {
			case err == nil:
				r.Close()
			case fault.Of(err) == fault.Missing:
				n++
			default:
				return n, err
			}
		}
	}
	return n, nil
}
