-- The unit $2 of campaign $1 and the units directly below it, each with its subtree's roster.
select cu.unit, cu.parent, cu.name, cu.short, cu.level, cu.depth, cu.lo, cu.hi, cu.self_organised,
       (select count(*) from campaign_unit k where k.campaign = cu.campaign and k.parent = cu.unit),
       sum(leaf.members), sum(leaf.exempt), sum(leaf.civil)
from campaign_unit cu
join campaign_unit leaf on leaf.campaign = cu.campaign and leaf.lo between cu.lo and cu.hi
where cu.campaign = $1 and (cu.unit = $2 or cu.parent = $2)
group by cu.unit, cu.campaign, cu.parent, cu.name, cu.short, cu.level, cu.depth, cu.lo, cu.hi, cu.self_organised
order by cu.lo
