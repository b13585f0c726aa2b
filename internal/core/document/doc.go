// Package document is the register of papers that campaigns are about: resolutions,
// directives, plans … with number and symbol, issuer, date, abstract, files, what they
// contain in numbers (R113–R118), and what they implement. From the links grow the chain
// of a resolution down to the local plans, and its coverage (R116): which units have
// issued a paper that implements it.
//
// A paper belongs to the register of one unit and is seen by the units below and above it.
// Only an issuer chosen from the tree counts for coverage; a name typed freely says nothing
// about a unit.
//
// A paper that is a state secret is a pointer only: number, date, where to read it. It has
// no title, no issuer, no links and no files (rules section 10).
//
// Who may: access.DocumentRead sees, access.DocumentEdit at the registering unit changes.
// Tables: document, document_link, document_part, document_file.
package document
