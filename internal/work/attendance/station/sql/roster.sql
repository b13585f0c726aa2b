-- Who is awaited at site $3 of meeting $1 in campaign $2, or was recorded there; from the
-- invitations, so that nobody else's row is read.
with due (person) as (
    select p.person
    from meeting_invite i
    join campaign_unit top on top.campaign = $2 and top.unit = i.unit
    join campaign_roster p on p.campaign = $2 and p.lo between top.lo and top.hi
    where i.meeting = $1 and i.site = $3 and (i.audience is null or i.audience = p.audience)
        and not exists (select 1 from meeting_delegate d where d.meeting = $1 and d.person = p.person and d.site <> $3)
    union
    select d.person from meeting_delegate d where d.meeting = $1 and d.site = $3
    union
    select r.person from attendance_record r where r.meeting = $1 and r.site = $3 and r.void_at is null)
select p.person, p.name, p.folded, cu.short, p.lo, p.n, p.exempt, coalesce(r.at, 0), coalesce(r.site, 0) <> $3 and r.id is not null
from due
join campaign_participant p on p.campaign = $2 and p.person = due.person
join campaign_unit cu on cu.campaign = $2 and cu.unit = p.unit
left join attendance_record r on r.meeting = $1 and r.person = p.person and r.void_at is null
where p.person is not null
