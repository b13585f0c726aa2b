package app

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account"
	"quantriet/internal/base/account/grant"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// charges tells who is in charge of a base this summer: a post that changes hands on 1/7, somebody
// who acts while its holder is away, and the district's officer who passes the reports on till 31/7.
func (t *demo) charges(ctx context.Context, c *city, _ *round) error {
	t.at("2018-06-26 09:00")
	host := c.hosts[7] // Thủy Nguyên
	base := c.bases[host.ID][0]
	cell, desk := c.cells[base.ID][1], t.Account.Grants()
	for i, login := range []string{"xa-phobithu-cu", "xa-phobithu", "xa-phutrach", "huyen-baocao"} {
		if err := t.plain(ctx, login, t.people[cell.ID][i]); err != nil {
			return err
		}
	}
	keeper := t.is(access.Steward, c.top.ID)
	p, err := desk.AddPost(ctx, keeper, access.Post{ID: id.New(), Unit: base.ID, Title: "Phó Bí thư Thường trực (mẫu)", Role: access.UnitOfficer})
	if err != nil {
		return fmt.Errorf("post: %w", err)
	}
	for _, turn := range []grant.Turn{
		{Typed: "xa-phobithu-cu", From: "2016-02-01"},
		{Typed: "xa-phobithu", From: "2018-07-01"},
		{Typed: "xa-phutrach", From: "2018-07-16", To: "2018-07-31", Acting: true},
	} {
		turn.ID = id.New()
		if _, err := desk.Appoint(ctx, keeper, p.ID, turn); err != nil {
			return fmt.Errorf("appoint %s: %w", turn.Typed, err)
		}
	}
	giver, whole := t.is(access.UnitOfficer, host.ID), id.ID(0)
	err = t.DB.Read(ctx, func(tx db.Tx) error {
		held, err := access.Of(ctx, tx, giver.Account)
		if err == nil {
			whole = held[0].ID
		}
		return err
	})
	if err != nil {
		return err
	}
	_, err = desk.Delegate(ctx, giver, whole, grant.Part{Typed: "huyen-baocao",
		New: grant.New{ID: id.New(), Role: access.UnitOfficer, Unit: host.ID, From: "2018-07-01", To: "2018-07-31"}})
	return err
}

// plain makes an account that is a member's and nothing more; no way in is offered for it.
func (t *demo) plain(ctx context.Context, login string, of person.Person) error {
	_, err := t.Account.Create(ctx, t.sys, account.New{ID: id.New(), Login: login, Name: of.Name, Person: of.ID, Lang: "vi",
		Grants: []account.NewGrant{{ID: id.New(), Role: access.Member, Unit: of.Unit, From: "2015-01-01"}}})
	return err
}

// is the first of the story's roles, at its unit.
func (t *demo) is(role access.Role, unit id.ID) access.Actor {
	for _, d := range t.story.Doors {
		if d.Role == role {
			return access.Actor{Account: d.Account, Name: d.Name, Lang: "vi", Grants: []access.Grant{{Role: role, Unit: unit, From: "2015-01-01"}}}
		}
	}
	panic("nobody is " + string(role))
}
