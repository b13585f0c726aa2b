// Package likeness shows what essays of a campaign have in common, and keeps the talk about
// it. The comparing itself is kit/textreuse; here it meets the essays that were handed in.
//
// An essay is compared with those of its campaign and of earlier ones that are closed, whose
// stored indexes are sealed: what is in them can be found and changes no more. That happens
// shortly after it is handed in, in the background, and again when a
// later essay or a reference changes what it shares. What is quoted from the references (the
// resolution, material, the question, templates, passages approved as common) is nobody's
// copy. A finding is a lead for a talk: nothing here changes a mark, the words are "giống
// nhau", the author may answer, and to uphold a finding takes two people.
//
// Names are hidden. Whoever reads essays of a unit (EssayRead) sees passages and of other
// essays only the passage with a sentence around it; the author and the whole other text
// need EssayIdentify and a reason, which is logged. The author sees his own text only.
//
// Tables: likeness_*. They hold keyed fingerprints and the letters of essays: both go when the essay goes.
package likeness
