-- Who studied document $3, added up over the subtrees of the unit $2 and of each directly below it; a unit
-- without units below it is its own leaf.
select f.kind, f.lo, f.studied, f.exempt, f.in_person, f.online, f.self_study, f.make_up, f.higher, f.relay, f.e1, f.e2, f.e3, f.e4, f.e5
from campaign_unit u
cross join attendance_fold f
where f.campaign = u.campaign and f.document = $3 and f.kind in ('member', 'civil') and f.lo = u.lo
  and u.campaign = $1 and (u.unit = $2 or u.parent = $2)
union all
select t.kind, t.lo, t.studied, t.exempt, t.in_person, t.online, t.self_study, t.make_up, t.higher, t.relay, t.e1, t.e2, t.e3, t.e4, t.e5
from campaign_unit u
cross join attendance_tally t
where t.campaign = u.campaign and t.document = $3 and t.kind in ('member', 'civil') and t.lo = u.lo
  and u.campaign = $1 and u.parent = $2 and u.hi = u.lo
