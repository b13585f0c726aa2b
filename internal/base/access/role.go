package access

import "slices"

// Need is what a door asks for.
type Need string

// Needs that everybody, every signed-in account, or every account tied to a person has.
const (
	Anyone Need = "anyone"
	Signed Need = "signed"
	Self   Need = "self"
)

// Needs that roles give.
const (
	UnitRead       Need = "unit.read"
	UnitEdit       Need = "unit.edit"
	PersonRead     Need = "person.read" // names of people
	PersonEdit     Need = "person.edit"
	AccountEdit    Need = "account.edit"
	SettingEdit    Need = "setting.edit"
	AuditRead      Need = "audit.read"
	AuditContent   Need = "audit.content" // also what changed, and whose record was looked at
	PrivacyAnswer  Need = "privacy.answer"
	DocumentRead   Need = "document.read"
	DocumentEdit   Need = "document.edit"
	CampaignRead   Need = "campaign.read"
	CampaignEdit   Need = "campaign.edit"
	PlanRead       Need = "plan.read"
	PlanEdit       Need = "plan.edit"
	MeetingRead    Need = "meeting.read"
	MeetingEdit    Need = "meeting.edit"
	AttendanceRead Need = "attendance.read"
	AttendanceTake Need = "attendance.take"
	AttendanceEdit Need = "attendance.edit" // corrections, headcounts, self-study, late marks
	ReportRead     Need = "report.read"
	ReportEdit     Need = "report.edit"
	ReportAccept   Need = "report.accept" // return or accept the reports of units directly below
	EssayEdit      Need = "essay.edit"    // set the tasks
	EssayRead      Need = "essay.read"    // totals, states, what is alike; no names
	EssayMark      Need = "essay.mark"
	EssayIdentify  Need = "essay.identify" // lift the veil over an author; logged
)

// Role is what somebody is at a unit.
type Role string

// The roles, as ux.md names the people who come in.
const (
	Officer     Role = "officer" // owns campaigns: the propaganda and mass-mobilisation board
	Leader      Role = "leader"
	UnitOfficer Role = "unit_officer"
	Secretary   Role = "secretary" // of a cell
	Usher       Role = "usher"
	Member      Role = "member"
	Inspector   Role = "inspector"
	Reader      Role = "reader"   // sees people
	Operator    Role = "operator" // keeps the machine and sees no people
	Steward     Role = "steward"  // keeps accounts and grants
	Auditor     Role = "auditor"  // sees the log, not its content

	// Administrator joins nearly all of it, for the days of the first set-up: nobody gives
	// it, it ends by itself, and handing over to an operator, a steward and an auditor ends it.
	Administrator Role = "administrator"
)

// Founding is how many days the Administrator of the first set-up lasts.
const Founding = 30

// Roles in the order of the select box.
var Roles = []Role{Officer, Leader, UnitOfficer, Secretary, Usher, Member, Inspector, Reader, Operator, Steward, Auditor, Administrator}

// Duty is one of the four things that no person joins with another.
type Duty string

// The duties. A role without one joins any: members see their own record alone, and the
// Administrator is what comes before the duties are parted.
const (
	Machine  Duty = "machine"
	Accounts Duty = "accounts"
	People   Duty = "people"
	Log      Duty = "log"
)

var duties = map[Role]Duty{
	Operator: Machine, Steward: Accounts, Auditor: Log,
	Reader: People, Officer: People, Leader: People, UnitOfficer: People, Secretary: People, Usher: People, Inspector: People,
}

// Duty is what the role is bound to; "" for none.
func (r Role) Duty() Duty { return duties[r] }

// Apart reports whether one person may never hold both roles on the same day.
func Apart(a, b Role) bool { return duties[a] != "" && duties[b] != "" && duties[a] != duties[b] }

var reading = []Need{UnitRead, DocumentRead, CampaignRead, PlanRead, MeetingRead, AttendanceRead, ReportRead, EssayRead}

func with(base []Need, more ...Need) []Need { return append(slices.Clone(base), more...) }

var needs = map[Role][]Need{
	Administrator: with(reading, UnitEdit, PersonRead, PersonEdit, AccountEdit, SettingEdit, AuditRead, AuditContent, PrivacyAnswer),
	Officer: with(reading, UnitEdit, PersonRead, PersonEdit, DocumentEdit, CampaignEdit, PlanEdit, MeetingEdit, AttendanceTake, AttendanceEdit,
		ReportEdit, ReportAccept, EssayEdit, EssayMark, EssayIdentify, PrivacyAnswer),
	Leader: with(reading, PersonRead),
	UnitOfficer: with(reading, PersonRead, PersonEdit, DocumentEdit, PlanEdit, MeetingEdit, AttendanceTake, AttendanceEdit, ReportEdit, ReportAccept,
		EssayMark, EssayIdentify, PrivacyAnswer),
	Secretary: with(reading, PersonRead, MeetingEdit, AttendanceTake, AttendanceEdit, ReportEdit, EssayMark),
	Usher:     {CampaignRead, MeetingRead, AttendanceRead, AttendanceTake},
	Member:    {DocumentRead},
	Inspector: with(reading, PersonRead, AuditRead, AuditContent, EssayIdentify),
	Reader:    {UnitRead, PersonRead},
	Operator:  {SettingEdit},
	Steward:   {UnitRead, AccountEdit},
	Auditor:   {AuditRead},
}

// Can reports whether the role gives the need.
func (r Role) Can(n Need) bool { return slices.Contains(needs[r], n) }

// Needs are what the role gives.
func (r Role) Needs() []Need { return slices.Clone(needs[r]) }

// Known reports whether r is a role.
func (r Role) Known() bool { return slices.Contains(Roles, r) }
