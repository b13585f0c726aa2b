-- Opinions voiced at held meetings, by the unit within $2..$3 that organised them.
select own.lo, sum(m.speeches)
from campaign_unit own
cross join meeting m
where own.campaign = m.campaign and own.unit = m.unit and own.lo between $2 and $3
  and m.campaign = $1 and m.state = 'held' and m.mode <> 'self_study'
group by own.lo
