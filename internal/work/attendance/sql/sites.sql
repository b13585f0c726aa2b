-- How far every site of campaign $1 has come, from its records, headcounts and scans.
insert into attendance_site (meeting, site, persons, heads, first_at, last_at, stations, scans, odd, e1, e2, e3, e4, e5)
select x.meeting, x.site, sum(x.person), sum(x.heads), min(x.at), max(x.at), sum(x.station), sum(x.scan), sum(x.odd),
       sum(case when x.grade = 1 then 1 else 0 end), sum(case when x.grade = 2 then 1 else 0 end), sum(case when x.grade = 3 then 1 else 0 end),
       sum(case when x.grade = 4 then 1 else 0 end), sum(case when x.grade = 5 then 1 else 0 end)
from (select r.meeting, r.site, 1 as person, 0 as heads, r.recorded_at as at, 0 as station, 0 as scan, 0 as odd, r.grade
      from attendance_record r where r.campaign = $1 and r.void_at is null
      union all
      select h.meeting, h.site, 0, h.amount, h.at, 0, 0, 0, 0
      from attendance_headcount h where h.campaign = $1 and h.void_at is null and h.who <> 'hall'
      union all
      select s.meeting, s.site, 0, 0, s.received_at, case when s.station is not null and s.counter = 1 and s.label <> 'double' then 1 else 0 end, 1,
             case when s.label = '' then 0 else 1 end, 0
      from attendance_scan s join meeting m on m.id = s.meeting where m.campaign = $1) as x
group by x.meeting, x.site
