package privacy

// held is everything kept about a person, in the order it is shown. A test over the schema wants
// every column that refers to a person in here, or in excused with a reason. Tables that are
// indexed by campaign or meeting first are asked through these, so that none is read whole.
var held = []part{
	{name: "record", head: []string{"name", "member_no", "birth", "sex", "kind", "position", "joined_on", "official_on", "unit"}, days: []int{2, 6, 7},
		worded: map[int]string{3: "person.sex.", 4: "person.kind."}, query: `
		select p.name, coalesce(p.member_no, ''), coalesce(p.birth, ''), p.sex, p.kind, p.position, coalesce(p.joined_on, ''), coalesce(p.official_on, ''), u.name
		from person p join org_unit u on u.id = p.unit where p.id = $1`},
	{name: "stays", head: []string{"unit", "from", "to"}, days: []int{1, 2}, query: `
		select u.name, m.valid_from, coalesce(m.valid_to, '') from person_membership m join org_unit u on u.id = m.unit where m.person = $1 order by m.valid_from`},
	{name: "exemptions", head: []string{"kind", "reason", "from", "to", "resolution", "resolved_on", "approver", "at"}, days: []int{2, 3, 5}, instants: []int{7}, worded: map[int]string{0: "person.exempt."}, query: `
		select kind, reason, valid_from, coalesce(valid_to, ''), resolution, coalesce(resolved_on, ''), approver, coalesce(changed_at, created_at) from person_exemption where person = $1 order by valid_from`},
	{name: "late", head: []string{"campaign", "at", "by", "reason"}, instants: []int{1}, query: `
		select c.title, l.created_at, l.by_name, l.why from person_exemption e join person_late l on l.exemption = e.id join campaign c on c.id = l.campaign where e.person = $1 order by l.created_at`},
	{name: "rosters", head: []string{"campaign", "unit", "position"}, query: `
		select c.title, u.name, r.position from campaign_roster r join campaign c on c.id = r.campaign join campaign_unit u on u.campaign = r.campaign and u.unit = r.unit
		where r.campaign in (select id from campaign) and r.person = $1 order by r.campaign`},
	{name: "studied", head: []string{"campaign", "meeting", "at", "form", "grade", "by"}, instants: []int{2}, worded: map[int]string{3: "attendance.form."}, query: `
		select c.title, m.title, r.at, r.form, 'E' || r.grade, r.by_name from attendance_record r join meeting m on m.id = r.meeting join campaign c on c.id = r.campaign
		where r.campaign in (select id from campaign) and r.person = $1 and r.void_at is null order by r.at`},
	{name: "void", head: []string{"campaign", "meeting", "at"}, instants: []int{2}, query: `
		select c.title, m.title, r.void_at from attendance_record r join meeting m on m.id = r.meeting join campaign c on c.id = r.campaign
		where r.person = $1 and r.void_at is not null order by r.void_at`},
	{name: "absences", head: []string{"meeting", "reason", "note", "at"}, instants: []int{3}, worded: map[int]string{1: "attendance.reason."}, query: `
		select m.title, case when a.reason = '' then 'none' else a.reason end, a.note, a.at from attendance_absence a join meeting m on m.id = a.meeting
		where a.campaign in (select id from campaign) and a.person = $1 order by a.at`},
	{name: "presence", head: []string{"meeting", "came", "left"}, instants: []int{1, 2}, query: `
		select m.title, v.came_at, coalesce(v.left_at, 0) from attendance_visit v join meeting m on m.id = v.meeting
		where v.meeting in (select id from meeting) and v.person = $1 order by v.came_at`},
	{name: "scans", head: []string{"meeting", "at", "note"}, instants: []int{1}, query: `
		select m.title, s.at, s.note from attendance_scan s join meeting m on m.id = s.meeting
		where s.meeting in (select id from meeting) and s.person = $1 and s.label <> '' order by s.at`},
	{name: "answers", head: []string{"meeting", "at"}, instants: []int{1}, query: `
		select m.title, a.at from attendance_answer a join meeting m on m.id = a.meeting where a.person = $1 order by a.at`},
	{name: "leads", head: []string{"meeting", "at", "answer", "by"}, instants: []int{1}, query: `
		select m.title, l.first_at, l.said, l.said_name from attendance_lead l join meeting m on m.id = l.meeting where l.person = $1 order by l.first_at`},
	{name: "conference", head: []string{"name", "email", "came", "left"}, instants: []int{2, 3}, query: `
		select name, email, first_at, last_at from attendance_conference_row where person = $1 order by list, n`},
	{name: "delegate", head: []string{"meeting", "site", "at", "by", "reason"}, instants: []int{2}, query: `
		select m.title, s.name, d.at, d.by_name, d.why from meeting_delegate d join meeting m on m.id = d.meeting join meeting_site s on s.id = d.site
		where d.meeting in (select id from meeting) and d.person = $1 order by d.meeting`},
	{name: "talks", head: []string{"meeting", "what"}, query: `
		select m.title, i.title from meeting_item i join meeting m on m.id = i.meeting where i.speaker_person = $1 order by i.id`},
	{name: "duties", head: []string{"campaign", "task"}, query: `
		select c.title, t.title from essay_member e join essay_task t on t.id = e.task join campaign c on c.id = t.campaign
		where e.task in (select id from essay_task) and e.person = $1 order by t.id`},
	{name: "invited", head: []string{"campaign", "task"}, query: `
		select c.title, t.title from essay_invited e join essay_task t on t.id = e.task join campaign c on c.id = t.campaign
		where e.task in (select id from essay_task) and e.person = $1 order by t.id`},
	{name: "essays", head: []string{"campaign", "task", "at", "body"}, instants: []int{2}, query: `
		select c.title, t.title, v.handed_at, v.body from essay e join essay_task t on t.id = e.task join campaign c on c.id = e.campaign
			join essay_version v on v.essay = e.id
		where e.campaign in (select id from campaign) and e.person = $1 order by v.handed_at`},
	// marks while others still read the essay, and leads before the author was asked, are no result yet
	{name: "marks", head: []string{"task", "points", "note", "at"}, instants: []int{3}, query: `
		select t.title, (k.points / 10) || ',' || (k.points % 10), k.remark, k.at from essay e join essay_task t on t.id = e.task join essay_mark k on k.essay = e.id
		where e.person = $1 and e.state = 'marked' order by k.at`},
	{name: "comments", head: []string{"task", "what", "note", "at"}, instants: []int{3}, query: `
		select t.title, k.quote, k.text, k.at from essay e join essay_task t on t.id = e.task join essay_comment k on k.essay = e.id
		where e.person = $1 and e.state in ('marked', 'returned') and not k.removed order by k.at`},
	{name: "returns", head: []string{"task", "reason", "at", "by"}, instants: []int{2}, query: `
		select t.title, k.reason, k.at, k.name from essay e join essay_task t on t.id = e.task join essay_return k on k.essay = e.id where e.person = $1 order by k.at`},
	{name: "likeness", head: []string{"task", "state", "at"}, instants: []int{2}, worded: map[int]string{1: "likeness.state."}, query: `
		select t.title, l.state, coalesce(l.compared_at, 0) from essay e join essay_task t on t.id = e.task join likeness_essay l on l.essay = e.id
		where e.person = $1 and l.state in ('asked', 'answered', 'explained', 'proposed', 'upheld') order by e.id`},
	{name: "mends", head: []string{"task", "reason", "at", "by"}, instants: []int{2}, query: `
		select t.title, k.why, k.at, k.name from essay_mend k join essay_task t on t.id = k.task where k.person = $1 order by k.at`},
	{name: "contests", head: []string{"campaign", "kind", "body", "state", "answer", "at"}, instants: []int{5}, worded: map[int]string{1: "contest.kind.", 3: "contest.state."}, query: `
		select c.title, k.kind, k.said, k.state, k.remark, k.at from contest k join campaign c on c.id = k.campaign where k.person = $1 order by k.at`},
	{name: "rechecks", head: []string{"campaign", "at", "answer"}, instants: []int{1}, query: `
		select c.title, k.asked_at, case when k.answer = '' then '' else k.there || ' ' || k.form || ' ' || k.heard end from recheck_person k join campaign c on c.id = k.campaign where k.person = $1 order by k.asked_at`},
	{name: "merits", head: []string{"campaign", "kind", "what", "state", "reason", "at"}, instants: []int{5}, worded: map[int]string{1: "merit.kind.", 3: "merit.state."}, query: `
		select c.title, k.kind, k.what, k.state, k.reason, k.at from merit k join campaign c on c.id = k.campaign where k.person = $1 order by k.at`},
	{name: "account", head: []string{"login", "at"}, instants: []int{1}, query: `select login, created_at from account where person = $1`},
	{name: "devices", head: []string{"device", "agent", "at", "used"}, instants: []int{2, 3}, query: `
		select d.name, d.agent, d.created_at, d.seen_at from account a join account_device d on d.account = a.id where a.person = $1 order by d.id`},
	{name: "keys", head: []string{"device", "at", "used"}, instants: []int{1, 2}, query: `
		select k.name, k.created_at, coalesce(k.used_at, 0) from account a join account_passkey k on k.account = a.id where a.person = $1 order by k.id`},
	{name: "slips", head: []string{"at", "used"}, instants: []int{0, 1}, query: `select created_at, coalesce(used_at, 0) from account_slip where person = $1 order by id`},
	{name: "rights", head: []string{"role", "unit", "from", "to"}, days: []int{2, 3}, worded: map[int]string{0: "access.role."}, query: `
		select g.role, u.name, g.valid_from, coalesce(g.valid_to, '') from access_grant g join account a on a.id = g.account join org_unit u on u.id = g.unit
		where a.person = $1 and g.revoked_at is null order by g.id`},
	{name: "cases", head: []string{"kind", "at", "due", "state", "answer"}, days: []int{2}, instants: []int{1},
		worded: map[int]string{0: "privacy.kind.", 3: "privacy.state."}, query: `
		select kind, opened_at, due_on, state, answer from privacy_case where person = $1 order by id`},
}

// excused are the columns that refer to a person and are in no part, each with why.
var excused = map[string]string{
	"audit_look.person":         "shown on a page of its own, /me/looks",
	"audit_looked.person":       "shown on a page of its own, /me/looks",
	"attendance_studied.person": "which record counts for which document: the records are shown",
	"person_secret.person":      "sealed: shown, opened, on the page of one's own numbers",
	"person_word.person":        "the words of the name, to be found by",
	"person_rehome.person":      "memberships before a reorganisation, to undo it: the stays are shown",
	"essay_mark.person":         "who marks essays of others: a deed, not the person's own data",
	"likeness_check.person":     "how often somebody compared the own draft on a day: goes after the day",
}
