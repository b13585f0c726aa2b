-- People outside the Party counted by head at meetings on document $4, by unit within $2..$3 and by the word
-- that says how exact the count is: lượt.
select own.lo, sum(h.amount), h.marker, count(*)
from campaign_unit own
cross join attendance_headcount h
where own.campaign = h.campaign and own.unit = h.unit and own.lo between $2 and $3
  and h.campaign = $1 and h.void_at is null and h.who = 'mass'
  and exists (select 1 from meeting_document d where d.meeting = h.meeting and d.document = $4)
group by own.lo, h.marker
