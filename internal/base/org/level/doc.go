// Package level keeps the rungs of the tree as data: which levels there are and on which
// days. The district level ended with 30/6/2025 and is still shown for what happened before.
//
// Who may: access.UnitRead sees the levels; only who has access.UnitEdit at every unit
// without a parent adds or changes one, since levels belong to the whole installation.
//
// Tables: org_level.
package level
