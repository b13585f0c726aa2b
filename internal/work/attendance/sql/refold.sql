-- The tallies of campaign $1 added up over every subtree of its frozen tree.
insert into attendance_fold (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5, relay)
select t.campaign, t.document, u.lo, t.kind, sum(t.studied), sum(t.exempt), sum(t.in_person), sum(t.online), sum(t.self_study),
       sum(t.make_up), sum(t.higher), sum(t.e1), sum(t.e2), sum(t.e3), sum(t.e4), sum(t.e5), sum(t.relay)
from (select distinct document, kind from attendance_tally where campaign = $1) k
join campaign_unit u on u.campaign = $1 and u.hi > u.lo
join attendance_tally t on t.campaign = $1 and t.document = k.document and t.kind = k.kind and t.lo between u.lo and u.hi
group by t.campaign, t.document, u.lo, t.kind
