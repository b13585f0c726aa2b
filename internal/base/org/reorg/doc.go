// Package reorg carries a decision about many units out as one dated event: merge, split,
// move, rename, dissolve, end a level.
//
// One account prepares an event and sees its dry run; another confirms exactly what it has
// seen. From its day on the tree is the new one: at once when the day has come, else after
// the midnight at which it does. Nothing is deleted: units end, people keep their history,
// and what every unit became stands in org_successor. As many people stand below the top
// afterwards as before, or nothing happens at all. Until another event touches one of its
// units an event can be undone, which puts every row back as it was.
//
// No grant passes to a successor by itself. The dry run lists who no longer sees whom, so
// that the keeper of accounts can give new grants.
//
// Who may: access.UnitRead at the event's unit sees it, access.UnitEdit prepares, confirms
// and undoes.
//
// Tables: org_event, org_event_unit, org_change, org_successor, and the tree itself.
package reorg
