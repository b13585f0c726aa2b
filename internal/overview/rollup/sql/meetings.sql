-- Held meetings on document $2, at the unit that organised them, for unit $3 and each directly below it.
select cu.lo,
       sum(case when m.kind not in ('in_depth', 'thematic') and a.filter = 'key_cadre' then 1 else 0 end),
       sum(case when m.kind not in ('in_depth', 'thematic') and (a.filter is null or a.filter = 'member') then 1 else 0 end),
       sum(case when m.kind not in ('in_depth', 'thematic') and a.filter in ('civil', 'mass') then 1 else 0 end),
       sum(case when m.kind in ('in_depth', 'thematic') then 1 else 0 end),
       sum((select count(*) from meeting_site s where s.meeting = m.id)),
       sum((select count(*) from meeting_item i where i.meeting = m.id and i.kind = 'talk' and i.speaker <> '')),
       sum(m.speeches)
from campaign_unit cu
join campaign_unit own on own.campaign = cu.campaign and own.lo between cu.lo and cu.hi
join meeting m on m.campaign = own.campaign and m.unit = own.unit and m.state = 'held' and m.mode <> 'self_study'
join meeting_document d on d.meeting = m.id and d.document = $2
left join campaign_audience a on a.id = m.audience
where cu.campaign = $1 and (cu.unit = $3 or cu.parent = $3)
group by cu.lo
