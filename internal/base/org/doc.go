// Package org is the tree of units: any depth, levels as data, parent links with dates.
//
// A unit has one parent on any day (org_parent). org_unit.parent and org_below are the
// tree of today, kept in the transaction of every change, so that a query over a subtree
// is one join; Refresh brings them up to date when a link dated ahead begins. Levels are
// rows of org_level with the days on which they exist: the district level ended with
// 2025-06-30 and is still shown for what happened before. Nothing is deleted: a unit is
// closed by its last day.
//
// Who may: access.UnitRead sees the units of the scope and those above it,
// access.UnitEdit changes units of the scope. Only the machine's keeper makes a unit
// without a parent.
//
// Tables: org_level, org_unit, org_parent, org_below. Member counts are read from person.
package org
