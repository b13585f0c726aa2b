// Package area keeps the second relation of units: where one sits although its papers go
// elsewhere, such as a central unit in a ward (R022). It is dated as parents are and gives
// nobody any right.
//
// Who may: access.UnitEdit at the unit notes where it sits; the area has to be in sight of
// access.UnitRead, above the scope included.
//
// Tables: org_area.
package area
