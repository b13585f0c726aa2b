-- Held meetings on document $4, by the unit within $2..$3 that organised them; the talks of each are
-- three counts in one number: by speakers of the province, of the centre, all.
select max(own.lo),
       sum(case when m.kind not in ('in_depth', 'thematic') and a.filter = 'key_cadre' then 1 else 0 end),
       sum(case when m.kind not in ('in_depth', 'thematic') and (a.filter is null or a.filter = 'member') then 1 else 0 end),
       sum(case when m.kind not in ('in_depth', 'thematic') and a.filter in ('civil', 'mass') then 1 else 0 end),
       sum(case when m.kind in ('in_depth', 'thematic') then 1 else 0 end),
       sum((select count(*) from meeting_site s where s.meeting = m.id)),
       cast(coalesce(sum((select sum(1
            + case when substr(i.speaker_level, 1, 10) in ('Trung ương', 'trung ương', 'TRUNG ƯƠNG') then 1048576 else 0 end
            + case when substr(i.speaker_level, 1, 4) in ('Tỉnh', 'tỉnh', 'TỈNH') or substr(i.speaker_level, 1, 9) in ('Thành phố', 'thành phố', 'THÀNH PHỐ')
                   then 1099511627776 else 0 end)
            from meeting_item i where i.meeting = m.id and i.kind = 'talk' and i.speaker <> '')), 0) as bigint),
       sum(m.speeches)
from campaign_unit own
cross join meeting m
left join campaign_audience a on a.id = m.audience
where own.campaign = m.campaign and own.unit = m.unit and own.lo between $2 and $3
  and m.campaign = $1 and m.state = 'held' and m.mode <> 'self_study'
  and exists (select 1 from meeting_document d where d.meeting = m.id and d.document = $4)
group by m.unit
