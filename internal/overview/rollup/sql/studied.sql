-- Who of kind $5 studied document $4, by unit within $2..$3: three counts of twenty bits in each number.
select lo,
       cast(studied as bigint) * 1099511627776 + cast(exempt as bigint) * 1048576 + in_person,
       cast(online as bigint) * 1099511627776 + cast(self_study as bigint) * 1048576 + make_up,
       cast(higher as bigint) * 1099511627776 + cast(e1 as bigint) * 1048576 + e2,
       cast(e3 as bigint) * 1099511627776 + cast(e4 as bigint) * 1048576 + e5,
       relay
from attendance_tally
where campaign = $1 and document = $4 and kind = $5 and lo between $2 and $3
order by lo
