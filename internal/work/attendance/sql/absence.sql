-- Members of campaign $1 within $3..$4 who have to study document $2, have not, and were
-- noted as absent at a meeting on it: by unit, with a reason and without.
select p.lo, sum(x.reasoned), sum(1 - x.reasoned)
from (select a.person, max(case when a.reason <> '' then 1 else 0 end) as reasoned
      from attendance_absence a
      join meeting_document md on md.meeting = a.meeting and md.document = $2
      where a.campaign = $1
      group by a.person) as x
join campaign_participant p on p.campaign = $1 and p.person = x.person
where p.lo between $3 and $4 and p.kind = 'member' and not p.exempt
  and not exists (select 1 from attendance_studied st where st.campaign = p.campaign and st.document = $2 and st.person = p.person)
group by p.lo
order by p.lo
