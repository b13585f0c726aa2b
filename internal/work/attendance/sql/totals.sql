-- How those expected at or recorded by meeting $1 of campaign $2 stand: here, exempt, having
-- studied elsewhere, marked absent, or nothing known, in this order.
select count(*) filter (where x.expected and not x.exempt), count(*) filter (where x.expected and x.exempt),
       count(*) filter (where x.here), count(*) filter (where x.higher), count(*) filter (where x.here and x.exempt),
       count(*) filter (where x.missing and x.studied),
       count(*) filter (where x.missing and not x.studied and x.reason <> '' and x.reason <> 'none'),
       count(*) filter (where x.missing and not x.studied and x.reason = 'none'),
       count(*) filter (where x.missing and not x.studied and x.reason = ''),
       count(*) filter (where x.grade = 1), count(*) filter (where x.grade = 2), count(*) filter (where x.grade = 3),
       count(*) filter (where x.grade = 4), count(*) filter (where x.grade = 5)
from (select y.*, y.grade > 0 as here, y.expected and not y.exempt and y.grade = 0 as missing
      from (select p.exempt, /* expected */ as expected, /* studied */ as studied, coalesce(r.grade, 0) as grade,
                   coalesce(r.form, '') = 'higher' and coalesce(r.how, '') = 'declared' as higher,
                   case when a.person is null then '' when a.reason = '' then 'none' else a.reason end as reason
            from campaign_participant p
            left join attendance_record r on r.meeting = $1 and r.person = p.person and r.void_at is null
            left join attendance_absence a on a.meeting = $1 and a.person = p.person
            where p.campaign = $2) as y) as x
where x.expected or x.here
