-- What members studied of document $5, added up over the subtrees of the units of depth $4 within $2..$3: two
-- counts of 32 bits in each number, since there may be thousands of rows. The cross joins keep SQLite from
-- beginning with all that was ever added up.
select x.lo, cast(x.studied as bigint) * 4294967296 + x.exempt, cast(x.in_person as bigint) * 4294967296 + x.online,
       cast(x.self_study as bigint) * 4294967296 + x.make_up, cast(x.higher as bigint) * 4294967296 + x.relay,
       cast(x.e1 as bigint) * 4294967296 + x.e2, cast(x.e3 as bigint) * 4294967296 + x.e4, x.e5
from measure_fold u
cross join attendance_fold x
where x.campaign = u.campaign and x.document = $5 and x.kind = 'member' and x.lo = u.lo
  and u.campaign = $1 and u.depth = $4 and u.lo between $2 and $3 and u.hi > u.lo
union all
select x.lo, cast(x.studied as bigint) * 4294967296 + x.exempt, cast(x.in_person as bigint) * 4294967296 + x.online,
       cast(x.self_study as bigint) * 4294967296 + x.make_up, cast(x.higher as bigint) * 4294967296 + x.relay,
       cast(x.e1 as bigint) * 4294967296 + x.e2, cast(x.e3 as bigint) * 4294967296 + x.e4, x.e5
from measure_fold u
cross join attendance_tally x
where x.campaign = u.campaign and x.document = $5 and x.kind = 'member' and x.lo = u.lo
  and u.campaign = $1 and u.depth = $4 and u.lo between $2 and $3 and u.hi = u.lo
