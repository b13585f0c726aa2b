-- How many members studied document $3 in the subtrees of the units two below the unit $2.
select f.lo, f.studied, f.exempt
from campaign_unit k
join campaign_unit u on u.campaign = k.campaign and u.parent = k.unit
join attendance_fold f on f.campaign = u.campaign and f.document = $3 and f.kind = 'member' and f.lo = u.lo
where k.campaign = $1 and k.parent = $2
union all
select t.lo, t.studied, t.exempt
from campaign_unit k
join campaign_unit u on u.campaign = k.campaign and u.parent = k.unit
join attendance_tally t on t.campaign = u.campaign and t.document = $3 and t.kind = 'member' and t.lo = u.lo
where k.campaign = $1 and k.parent = $2 and u.hi = u.lo
