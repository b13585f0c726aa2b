// Package today shows a campaign in the tree of today.
//
// A campaign keeps the tree of its first day for ever; nothing here changes that. On demand
// its figures are folded through the reorganisations since into the units that stand today,
// so that nobody has to look for a unit that has ended. As many are counted as before: what
// cannot be given to one unit of today stands in a line of its own.
//
// Who may: access.ReportRead at the unit whose part is shown, as for its report;
// access.CampaignRead sees what the units of the campaign became.
//
// Tables: none. It reads what rollup reads, and org_successor.
package today
