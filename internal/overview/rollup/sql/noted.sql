-- Members within $2..$3 who have to study document $4, have not, and were noted as absent at a meeting on it:
-- by unit, with a reason and without.
select x.lo, sum(x.excused), sum(1 - x.excused)
from (
  select max(p.lo) as lo, max(case when a.reason <> '' then 1 else 0 end) as excused
  from campaign_roster p
  cross join attendance_absence a
  where a.campaign = $1 and p.campaign = a.campaign and p.person = a.person and p.lo between $2 and $3 and p.kind = 'member' and not p.exempt
    and exists (select 1 from meeting_document d where d.meeting = a.meeting and d.document = $4)
    and not exists (select 1 from attendance_studied st where st.campaign = a.campaign and st.document = $4 and st.person = a.person)
  group by a.person
) x
group by x.lo
