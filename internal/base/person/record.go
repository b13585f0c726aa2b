package person

import (
	"context"
	"errors"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person/late"
	"quantriet/internal/base/person/secret"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
)

// View is everything the page of one person shows.
type View struct {
	Person
	Home        org.Unit
	Path        []org.Unit // top first, with the study home
	Memberships []Stay
	Exemptions  []Exemption
	Numbers     secret.Numbers // masked
	Late        []late.Question
	Study       []Study
	MayEdit     bool
	Mine        bool // who looks is the person
}

// Study is what came of a campaign for one person, as its roster was frozen.
type Study struct {
	Campaign  id.ID  `json:"campaign"`
	Title     string `json:"title"`
	StartsOn  string `json:"starts_on"`
	State     string `json:"state" enum:"open,closed"`
	UnitName  string `json:"unit_name"`
	Exempt    bool   `json:"exempt"`
	Documents int64  `json:"documents" doc:"of the campaign"`
	Studied   int64  `json:"studied" doc:"of the documents"`
	Grade     int64  `json:"grade" doc:"best evidence, 1 to 5; 0 is none"`
}

// Stay is a membership with the name of its unit.
type Stay struct {
	Membership
	Name string
}

// Show loads a person for who, and writes in the same transaction that who read the record.
// Faults: Missing, Denied.
func (s *Service) Show(ctx context.Context, who access.Actor, person id.ID) (v View, err error) {
	err = s.write(ctx, "show person", func(tx db.Tx) error {
		if v.Person, err = find(ctx, tx, who, access.PersonRead, person); err != nil {
			return err
		}
		if err := audit.Look(ctx, tx, who, s.Now.Ms(), audit.Sight{Person: person, Unit: v.Unit, Purpose: "person.page"}); err != nil {
			return err
		}
		v.MayEdit = access.Check(ctx, tx, who, access.PersonEdit, v.Unit) == nil
		return s.record(ctx, tx, who, &v)
	})
	return v, err
}

// Mine is one's own record. Fault: Missing for who is in no roster.
func (s *Service) Mine(ctx context.Context, who access.Actor) (v View, err error) {
	err = s.read(ctx, "show own record", func(tx db.Tx) error {
		if v.Person, err = Find(ctx, tx, who.Person); err != nil {
			return err
		}
		v.Mine = true
		return s.record(ctx, tx, who, &v)
	})
	return v, err
}

// record fills in what belongs to a person that was found.
func (s *Service) record(ctx context.Context, tx db.Tx, who access.Actor, v *View) (err error) {
	if v.Home, err = org.Find(ctx, tx, v.Unit); err != nil {
		return err
	}
	if v.Path, err = org.Path(ctx, tx, v.Unit); err != nil {
		return err
	}
	if v.Exemptions, err = Exemptions(ctx, tx, v.ID); err != nil {
		return err
	}
	if v.Memberships, err = stays(ctx, tx, v.ID); err != nil {
		return err
	}
	if v.Study, err = studies(ctx, tx, v.ID); err != nil {
		return err
	}
	if !v.Mine {
		if v.Late, err = late.Of(ctx, tx, who, v.ID); err != nil {
			return err
		}
	}
	if s.Seal == nil {
		return nil
	}
	n, err := secret.Of(ctx, tx, s.Seal, v.ID)
	if errors.Is(err, seal.ErrClosed) {
		err = nil // the doctor tells the keeper of the machine
	}
	if v.Numbers = n; !v.Mine {
		v.Numbers = n.Masked()
	}
	return err
}

// studies are the campaigns that have the person on their roster, the newest first.
func studies(ctx context.Context, tx db.Tx, person id.ID) ([]Study, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (s Study, err error) {
		err = scan(&s.Campaign, &s.Title, &s.StartsOn, &s.State, &s.UnitName, &s.Exempt, &s.Documents, &s.Studied, &s.Grade)
		return s, err
	}, `select c.id, c.title, c.starts_on, c.state, cu.name, r.exempt,
		(select count(*) from campaign_document d where d.campaign = c.id),
		(select count(*) from attendance_studied s where s.campaign = c.id and s.person = $1),
		coalesce((select min(a.grade) from attendance_record a where a.campaign = c.id and a.person = $1 and a.void_at is null), 0)
		from campaign c join campaign_participant r on r.campaign = c.id and r.person = $1
		join campaign_unit cu on cu.campaign = c.id and cu.unit = r.unit
		where c.state <> 'draft' order by c.starts_on desc, c.id desc limit 100`, person)
}

func stays(ctx context.Context, tx db.Tx, person id.ID) ([]Stay, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (m Stay, err error) {
		err = scan(&m.Unit, &m.From, &m.To, &m.Home, &m.Name)
		return m, err
	}, `select m.unit, m.valid_from, coalesce(m.valid_to, ''), m.study_home, u.name from person_membership m join org_unit u on u.id = m.unit
		where m.person = $1 order by m.valid_from desc, m.study_home desc, m.unit`, person)
}
