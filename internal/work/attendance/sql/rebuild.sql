-- Each person of campaign $1 once per document, by the strongest and then the earliest record.
insert into attendance_studied (campaign, document, person, record)
select x.campaign, x.document, x.person, x.id
from (
    select r.campaign, md.document, r.person, r.id,
           row_number() over (partition by md.document, r.person order by r.grade, r.at, r.id) as place
    from attendance_record r
    join meeting_document md on md.meeting = r.meeting
    where r.campaign = $1 and r.void_at is null) as x
where x.place = 1
