-- Who belongs to each unit within $2..$3 itself, in tree order: members, exempt members and others,
-- twenty bits each. Ten thousand rows are read at once, and every column of them costs time.
select lo, depth, cast(members as bigint) * 1099511627776 + cast(exempt as bigint) * 1048576 + civil
from campaign_unit
where campaign = $1 and lo between $2 and $3
order by lo
