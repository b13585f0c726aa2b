-- People outside the Party counted by head at meetings on document $2: lượt.
select cu.lo, sum(h.amount), max(h.marker)
from campaign_unit cu
join campaign_unit own on own.campaign = cu.campaign and own.lo between cu.lo and cu.hi
join attendance_headcount h on h.campaign = own.campaign and h.unit = own.unit and h.void_at is null and h.who = 'mass'
join meeting_document d on d.meeting = h.meeting and d.document = $2
where cu.campaign = $1 and (cu.unit = $3 or cu.parent = $3)
group by cu.lo
