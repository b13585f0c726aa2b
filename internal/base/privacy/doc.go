// Package privacy is what people may ask of those who keep their personal data: to see it, to
// have it corrected or deleted, or to object. A request is a case with a clock of working
// days (rules.md section 9: two), answered by an officer in charge of the person's unit and
// seen by both sides; asking to see is answered at once by the own data, readable and as JSON.
//
// A deletion never reaches into what was sealed: the frozen roster of a campaign, records of
// attendance and reports that were sent stay as they were, and the case says so.
//
// Table: privacy_case. Opened by the person (access.Self), read and answered by
// access.PrivacyAnswer where the person studies.
package privacy
