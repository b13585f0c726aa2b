-- The roster of the subtree of every unit at depth $4 within $2..$3. The order of the join is
-- written down because a planner that begins with the leaves looks at every pair.
select g.lo, sum(leaf.members), sum(leaf.exempt), sum(leaf.civil)
from campaign_unit g
cross join campaign_unit leaf
where g.campaign = $1 and g.lo between $2 and $3 and g.depth = $4
  and leaf.campaign = g.campaign and leaf.lo between g.lo and g.hi
group by g.lo
