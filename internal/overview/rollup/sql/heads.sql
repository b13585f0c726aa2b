-- People outside the Party counted by head at meetings on document $4, by unit within $2..$3: lượt.
select own.lo, sum(h.amount), max(h.marker)
from attendance_headcount h
join campaign_unit own on own.campaign = h.campaign and own.unit = h.unit and own.lo between $2 and $3
join meeting_document d on d.meeting = h.meeting and d.document = $4
where h.campaign = $1 and h.void_at is null and h.who = 'mass'
group by own.lo
