-- What is kept of person $1: records, also those taken back, and absences without a record.
select x.campaign, c.title, m.title, u.short, m.starts_at, x.form, x.grade, x.by_name, x.counts, x.void_why, x.reason
from (select r.campaign, r.meeting, r.id, r.form, r.grade, r.by_name, r.void_why, '' as reason,
             exists (select 1 from attendance_studied st join meeting_document md on md.meeting = r.meeting
                     where st.campaign = r.campaign and st.document = md.document and st.person = r.person and st.record = r.id) as counts
      from attendance_record r where r.person = $1 and r.void_at is null
      union all
      select r.campaign, r.meeting, r.id, r.form, r.grade, r.by_name, r.void_why, '', 1 = 0
      from attendance_record r where r.person = $1 and r.void_at is not null
      union all
      select a.campaign, a.meeting, a.meeting, '', 0, '', '', a.reason, false
      from attendance_absence a
      where a.person = $1 and not exists (select 1 from attendance_record r where r.meeting = a.meeting and r.person = a.person and r.void_at is null)) as x
join meeting m on m.id = x.meeting
join campaign c on c.id = x.campaign
join org_unit u on u.id = m.unit
order by c.starts_on desc, c.id desc, m.starts_at desc, x.id desc
limit 200
