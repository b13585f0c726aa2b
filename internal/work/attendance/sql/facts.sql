-- Everything that recording one participant ($3, by code or person) at site $1 of meeting $2
-- needs, in as few columns as will do: it is asked for every scan. The last but two says that
-- the organiser stands above the person and a unit between them organises itself.
select m.campaign, case when c.state = 'closed' then c.state else m.state end, m.kind, m.mode, m.starts_at, m.ends_at, m.doors_open, m.grace, s.ord = 0,
       p.person, p.unit, p.name, p.kind, p.exempt, p.lo,
       p.unit <> m.unit
       and exists (select 1 from campaign_unit o where o.campaign = m.campaign and o.unit = m.unit and p.lo between o.lo and o.hi)
       and exists (
           with recursive up (unit, parent, self) as (
               select cu.unit, cu.parent, cu.self_organised from campaign_unit cu where cu.campaign = p.campaign and cu.unit = p.unit
               union all
               select cu.unit, cu.parent, cu.self_organised from up join campaign_unit cu on cu.campaign = p.campaign and cu.unit = up.parent
               where up.unit <> m.unit)
           select 1 from up where up.self and up.unit <> m.unit),
       coalesce((select r.recorded_at from attendance_record r where r.meeting = m.id and r.person = p.person and r.void_at is null), 0),
       (select count(*) from meeting_document md where md.meeting = m.id)
from meeting_site s
join meeting m on m.id = s.meeting
join campaign c on c.id = m.campaign
join campaign_participant p on p.campaign = m.campaign
where s.id = $1 and m.id = $2
