-- The tallies of campaign $1 and document $2 for the leaves $3..$4 and kind $5, added up.
select coalesce(sum(studied), 0), coalesce(sum(exempt), 0), coalesce(sum(in_person), 0), coalesce(sum(online), 0), coalesce(sum(self_study), 0),
       coalesce(sum(make_up), 0), coalesce(sum(higher), 0), coalesce(sum(e1), 0), coalesce(sum(e2), 0), coalesce(sum(e3), 0), coalesce(sum(e4), 0), coalesce(sum(e5), 0), coalesce(sum(relay), 0)
from attendance_tally
where campaign = $1 and document = $2 and kind = $5 and lo between $3 and $4
