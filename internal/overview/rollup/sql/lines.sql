-- The unit $2 of campaign $1 and the units directly below it.
select cu.unit, cu.parent, cu.name, cu.short, cu.level, cu.depth, cu.lo, cu.hi, cu.self_organised,
       (select count(*) from campaign_unit k where k.campaign = cu.campaign and k.parent = cu.unit)
from campaign_unit cu
where cu.campaign = $1 and (cu.unit = $2 or cu.parent = $2)
order by cu.lo
