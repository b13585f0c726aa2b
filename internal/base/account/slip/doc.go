// Package slip is paper that signs a member in once: the secretary of a cell prints a sheet for those
// without e-mail or a knack for phones; its code or QR picture opens a session on a device that then
// stays signed in.
//
// A secretary (access.Secretary, with access.MeetingEdit) prints for the own cell only, and only for
// people who may do no more than a member and have no second step; who has no account gets one. A
// slip is bound to its person, good for some days, used once, and can be taken back, with whatever
// was opened by it. Only the SHA-256 of a code is stored, and a page opened with one tells nothing
// before the button is pressed.
//
// Table: account_slip.
package slip
