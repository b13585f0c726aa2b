-- Who of kind $6 studied document $5: by the subtree of every unit at depth $4 within $2..$3,
-- and apart for the units above that depth that have people of their own.
select g.lo, sum(t.studied), sum(t.exempt), sum(t.in_person), sum(t.online), sum(t.self_study), sum(t.make_up), sum(t.higher),
       sum(t.e1), sum(t.e2), sum(t.e3), sum(t.e4), sum(t.e5)
from campaign_unit g
cross join attendance_tally t
where g.campaign = $1 and g.lo between $2 and $3 and g.depth = $4
  and t.campaign = g.campaign and t.document = $5 and t.kind = $6 and t.lo between g.lo and g.hi
group by g.lo
union all
select cu.lo, t.studied, t.exempt, t.in_person, t.online, t.self_study, t.make_up, t.higher,
       t.e1, t.e2, t.e3, t.e4, t.e5
from campaign_unit top
join campaign_unit cu on cu.campaign = top.campaign and (cu.unit = top.unit or cu.parent = top.unit)
join attendance_tally t on t.campaign = cu.campaign and t.document = $5 and t.kind = $6 and t.lo = cu.lo
where top.campaign = $1 and top.lo = $2 and cu.depth < $4
