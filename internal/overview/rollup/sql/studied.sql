-- Who studied document $2, by the tallies of the leaves under unit $3 and each unit directly below it.
select cu.lo,
       sum(case when t.kind = 'civil' then t.studied else 0 end),
       sum(case when t.kind = 'member' then t.studied else 0 end),
       sum(case when t.kind = 'member' then t.exempt else 0 end),
       sum(case when t.kind = 'member' then t.in_person else 0 end),
       sum(case when t.kind = 'member' then t.online else 0 end),
       sum(case when t.kind = 'member' then t.self_study else 0 end),
       sum(case when t.kind = 'member' then t.make_up else 0 end),
       sum(case when t.kind = 'member' then t.higher else 0 end),
       sum(case when t.kind = 'member' then t.e1 else 0 end),
       sum(case when t.kind = 'member' then t.e2 else 0 end),
       sum(case when t.kind = 'member' then t.e3 else 0 end),
       sum(case when t.kind = 'member' then t.e4 else 0 end),
       sum(case when t.kind = 'member' then t.e5 else 0 end)
from campaign_unit cu
join attendance_tally t on t.campaign = cu.campaign and t.document = $2 and t.kind in ('member', 'civil') and t.lo between cu.lo and cu.hi
where cu.campaign = $1 and (cu.unit = $3 or cu.parent = $3)
group by cu.lo
