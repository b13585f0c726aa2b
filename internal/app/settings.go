package app

import (
	"quantriet/internal/base/account"
	"quantriet/internal/base/privacy"
	"quantriet/internal/base/setting"
	"quantriet/internal/core/meeting"
	"quantriet/internal/overview/merit/year"
)

// settings is what the page of settings shows, in this order.
var settings = []setting.Field{
	setting.OfAll(setting.Line(setting.Installation, "setting.installation")),
	setting.OfAll(setting.Flag(account.FactorRequired, "account.setting.factor_required")),
	setting.OfAll(setting.Number(privacy.Days, "privacy.days", 1, 60)),
	setting.OfAll(setting.Line(privacy.Holidays, "privacy.holidays")),
	setting.Number(year.Cap, "year.setting", 0, 100),
	setting.Group(meeting.Least, "app.setting.minutes", "app.setting.minutes.cell", "app.setting.minutes.combined"),
}
