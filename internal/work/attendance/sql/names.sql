-- Participants of campaign $1 with what counts for document $2. The rest of the condition
-- names the figure and the part of the tree.
select p.person, p.name, p.position, p.unit, cu.short, p.exempt, coalesce(r.form, ''), coalesce(r.grade, 0), coalesce(r.at, 0), coalesce(r.by_name, ''),
       r.meeting, coalesce(m.title, ''),
       case when r.id is null then coalesce((select max(a.reason) from attendance_absence a
           join meeting_document md on md.meeting = a.meeting and md.document = $2
           where a.campaign = p.campaign and a.person = p.person), 'unknown') else '' end
from campaign_participant p
join campaign_unit cu on cu.campaign = p.campaign and cu.unit = p.unit
left join attendance_studied st on st.campaign = p.campaign and st.document = $2 and st.person = p.person
left join attendance_record r on r.id = st.record
left join meeting m on m.id = r.meeting
where p.campaign = $1
