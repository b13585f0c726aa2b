-- The same of the units two below the unit $2.
select u.lo, u.hi, coalesce(m.members, u.members), coalesce(m.exempt, u.exempt), coalesce(m.civil, u.civil)
from campaign_unit k
join campaign_unit u on u.campaign = k.campaign and u.parent = k.unit
left join measure_fold m on m.campaign = u.campaign and m.lo = u.lo
where k.campaign = $1 and k.parent = $2
order by u.lo
