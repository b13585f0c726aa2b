-- How many people of the roster are expected at site $3 of meeting $1 in campaign $2: named
-- ones, whole units by their frozen numbers without those moved away, audiences of a few units by counting.
select (select count(*) from meeting_delegate d where d.meeting = $1 and d.site = $3)
     - (select count(*) from meeting_delegate d where d.meeting = $1 and d.from_site = $3)
     + coalesce((select sum(cu.members + cu.civil) from meeting_invite i
         join campaign_unit top on top.campaign = $2 and top.unit = i.unit
         join campaign_unit cu on cu.campaign = top.campaign and cu.lo between top.lo and top.hi
         where i.meeting = $1 and i.site = $3 and i.audience is null), 0)
     + (select count(*) from meeting_invite i
         join campaign_unit top on top.campaign = $2 and top.unit = i.unit and top.hi - top.lo < 300
         join campaign_participant p on p.campaign = top.campaign and p.lo between top.lo and top.hi and p.audience = i.audience
         where i.meeting = $1 and i.site = $3)
