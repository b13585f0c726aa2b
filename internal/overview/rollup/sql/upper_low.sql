-- The same of the units of depth $4 within $2..$3.
select lo, hi, members, exempt, civil
from measure_fold
where campaign = $1 and depth = $4 and lo between $2 and $3
order by lo
