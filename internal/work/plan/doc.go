// Package plan is a unit's written plan for a campaign (R002–R018): the sections that every
// plan has, a class for each audience, named persons with their assignments, and the head and
// foot of an official paper.
//
// A new plan is filled in from the plan above, the audiences and the deadlines, so that what
// is left to write is what only the unit knows. It is sent up for information, not for
// approval; what is missing keeps it from being sent, never from being saved.
//
// Officers of the unit and above write it, everybody above reads it; once sent it is also
// meant for the units below, whose plans start from it.
//
// Tables: plan, plan_section, plan_line, plan_assignment.
package plan
