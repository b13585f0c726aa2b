-- What the frozen roster adds up to under the unit $2 of campaign $1 and each directly below it.
select u.lo, u.hi, m.members, m.exempt, m.civil
from campaign_unit u
cross join measure_fold m
where m.campaign = u.campaign and m.lo = u.lo and u.campaign = $1 and (u.unit = $2 or u.parent = $2)
order by u.lo
