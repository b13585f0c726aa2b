// Package campaign is one organised round of study of given documents: who owns it, which
// documents, which audiences, by when at every level. Opening it freezes the tree and the
// roster, so that its figures never change under it when units merge or people move.
//
// The owner's officers draft, open and close it; every unit below sees its obligations, may
// tighten a deadline for its own subtree but never loosen it (R017), and says whether it
// organises itself or joins another unit's meetings.
//
// Tables: campaign, campaign_opening, campaign_document, campaign_due, campaign_audience,
// campaign_unit, campaign_roster; campaign_participant is the roster with names.
package campaign
