-- Held meetings on document $4, by the unit within $2..$3 that organised them.
select own.lo,
       sum(case when m.kind not in ('in_depth', 'thematic') and a.filter = 'key_cadre' then 1 else 0 end),
       sum(case when m.kind not in ('in_depth', 'thematic') and (a.filter is null or a.filter = 'member') then 1 else 0 end),
       sum(case when m.kind not in ('in_depth', 'thematic') and a.filter in ('civil', 'mass') then 1 else 0 end),
       sum(case when m.kind in ('in_depth', 'thematic') then 1 else 0 end),
       sum((select count(*) from meeting_site s where s.meeting = m.id)),
       sum((select count(*) from meeting_item i where i.meeting = m.id and i.kind = 'talk' and i.speaker <> '')),
       sum((select count(*) from meeting_item i where i.meeting = m.id and i.kind = 'talk' and i.speaker <> ''
            and substr(i.speaker_level, 1, 10) in ('Trung ương', 'trung ương', 'TRUNG ƯƠNG'))),
       sum((select count(*) from meeting_item i where i.meeting = m.id and i.kind = 'talk' and i.speaker <> ''
            and (substr(i.speaker_level, 1, 4) in ('Tỉnh', 'tỉnh', 'TỈNH') or substr(i.speaker_level, 1, 9) in ('Thành phố', 'thành phố', 'THÀNH PHỐ')))),
       sum(m.speeches)
from meeting m
join campaign_unit own on own.campaign = m.campaign and own.unit = m.unit and own.lo between $2 and $3
join meeting_document d on d.meeting = m.id and d.document = $4
left join campaign_audience a on a.id = m.audience
where m.campaign = $1 and m.state = 'held' and m.mode <> 'self_study'
group by own.lo
