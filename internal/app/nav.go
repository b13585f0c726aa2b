package app

import (
	"embed"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/words"
)

//go:embed words/*.json
var files embed.FS

var _ = words.Load(files)

// nav is the top navigation in the order of the working day.
var nav = []web.Nav{
	{Key: "app.nav.today", Href: "/", Icon: "home", Need: access.Signed},
	{Key: "app.nav.campaign", Href: "/campaigns", Icon: "flag", Need: access.CampaignRead},
	{Key: "app.nav.meeting", Href: "/meetings", Icon: "calendar", Need: access.MeetingRead},
	{Key: "app.nav.report", Href: "/reports", Icon: "chart", Need: access.ReportRead},
	{Key: "app.nav.unit", Href: "/units", Icon: "tree", Need: access.UnitRead},
	{Key: "app.nav.document", Href: "/documents", Icon: "file", Need: access.DocumentRead},
}

// menu stands under the name of who is signed in.
var menu = []web.Nav{
	{Key: "app.nav.me", Href: "/me", Need: access.Signed},
	{Key: "app.nav.duty", Href: "/duties", Need: access.ReportRead},
	{Key: "app.nav.review", Href: "/reviews", Need: access.ReportRead},
	{Key: "app.nav.contest", Href: "/contests", Need: access.ReportRead},
	{Key: "app.nav.essay", Href: "/essays", Need: access.EssayRead},
	{Key: "app.nav.record", Href: "/me/study", Need: access.Self},
	{Key: "app.nav.evidence", Href: "/me/evidence", Need: access.Self},
	{Key: "app.nav.figures", Href: "/me/figures", Need: access.Self},
	{Key: "app.nav.recheck", Href: "/me/recheck", Need: access.Self},
	{Key: "app.nav.my_essay", Href: "/me/essays", Need: access.Self},
	{Key: "app.nav.person", Href: "/people", Need: access.PersonRead},
	{Key: "app.nav.audience", Href: "/audiences", Need: access.PlanEdit},
	{Key: "app.nav.import", Href: "/import", Need: access.PersonEdit},
	{Key: "app.nav.slip", Href: "/slips", Need: access.MeetingEdit},
	{Key: "app.nav.account", Href: "/accounts", Need: access.AccountEdit},
	{Key: "app.nav.rights", Href: "/rights", Need: access.AccountEdit},
	{Key: "app.nav.privacy", Href: "/privacy", Need: access.PrivacyAnswer},
	{Key: "app.nav.setting", Href: "/settings", Need: access.SettingEdit},
	{Key: "app.nav.audit", Href: "/audit", Need: access.AuditRead},
}
