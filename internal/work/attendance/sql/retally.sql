-- The tallies of campaign $1, from the people counted.
insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5, relay)
select s.campaign, s.document, p.lo, p.kind, count(*), count(*) filter (where p.exempt),
       count(*) filter (where r.form = 'in_person'), count(*) filter (where r.form = 'online'), count(*) filter (where r.form = 'self_study'),
       count(*) filter (where r.form = 'make_up'), count(*) filter (where r.form = 'higher'),
       count(*) filter (where r.grade = 1), count(*) filter (where r.grade = 2), count(*) filter (where r.grade = 3),
       count(*) filter (where r.grade = 4), count(*) filter (where r.grade = 5),
       count(*) filter (where r.form = 'relay')
from attendance_studied s
join attendance_record r on r.id = s.record
join campaign_participant p on p.campaign = s.campaign and p.person = s.person
where s.campaign = $1
group by s.campaign, s.document, p.lo, p.kind
