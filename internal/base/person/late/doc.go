// Package late finds exemptions that came after a campaign froze its roster, or were dated
// back into it. They stand in the record but change no roster: each is a question to the
// level above, with what it would do to the rate of the person's unit (R092).
//
// Who may: access.PersonRead sees them within the scope; who edits people above the unit,
// and did not write the exemption, concludes. A conclusion is written down and changes no figure.
//
// Table: person_late.
package late
