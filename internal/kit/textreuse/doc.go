// Package textreuse finds copied passages among millions of Vietnamese essays. It knows
// nothing of campaigns, people or storage: texts go in, passages come out, and everything
// it wants kept is a blob.
//
// # Words
//
// A text folds to letters (Fold). What it quotes from references is exempt; the rest is
// its own text (Essay). Fingerprints of the own letters are its Print. An Index holds
// prints, in sealed Segments. Find compares an essay with those of a Corpus and yields
// Passages, each answered by a passage of a source. Essays that are nearly the same form
// a family.
//
//	engine := textreuse.New(textreuse.NewSecret(key), references...)
//	corpus := textreuse.Corpus{Engine: engine, Index: textreuse.NewIndex(segments...), Load: load}
//	essay := corpus.Prepare(text)             // store essay.Bytes() and essay.Print.Bytes()
//	result, err := corpus.Find(essay, id)     // the same on submission and in batch
//	corpus.Add(id, essay.Print)               // from now on others find it
//
// # Pipeline
//
//  1. Fold: letters a–z without y, and digits; no marks, case, spaces, signs; look-alikes
//     of other scripts read as Latin; clauses in TCVN3, VNI-Windows, VISCII or
//     Windows-1258, word by word where modern ones stand between, characters encoded
//     twice or three times or escaped (&#7841; %E1%BA%A1 \u1ea1, and those escaped again)
//     decoded; what an override of direction stores backwards read as it is shown; tags
//     (but for words in them) and
//     numbers of items and pages at the beginning of a line passed over, numbers that count
//     words, lines or notes; words that are all said twice read once; letters drawn out,
//     glued, hyphenated, torn and spelled-out syllables, Telex and VNI key strokes, single
//     junk letters, 0 for o, @ for a, words backwards mended; usual abbreviations and
//     numbers below a hundred read as syllables. Every letter knows its bytes in the
//     original. What was mended is counted in Flags, apart from similarity; Inspect tells
//     where.
//  2. Exempt: seeds of 10 letters, runs of 12, gaps up to 40, 40 matched letters, density
//     0.45, ends trimmed; with or without quotation marks, any number of times.
//  3. Fingerprints: closed syncmers of 13 letters by short grams of 2, SipHash-2-4 with
//     the installation's secret, 32 bits; none lies across an exempt stretch. A common
//     run of 23 letters always shares one. With each goes its place, in 48 letters.
//  4. Index: hash → the essays, up to 512 of them; of more, 64 and a count. Which 64 depends
//     on what they say, not on when they came, so that any order of arrival ends in the
//     same bytes (Merge). What more hold is passed over where rarer ones are near.
//  5. Candidates: weight (12 − ln count)²/12; an essay counts by its heaviest stretch, in
//     which fingerprints lie equally far apart in both texts (within 80 letters), letters
//     that two of them share by the rarer one alone; greedy
//     cover of what earlier candidates left unexplained, up to 60. Of light ones the runs
//     around those fingerprints are grouped first; most are chance and end there.
//  6. Align: 10-letter seeds, maximal runs, one-to-one, the longest first; 6-letter runs
//     beside them; groups by gaps alike on both sides; at least 40 matched letters, dense
//     (0.42) or sparse with like syllables; ends that cost more than they bring cut off.
//     What stands in the essay twice is looked for twice.
//  7. Common phrases. From 4,096 essays on, when rare means something: a letter is worth
//     ln (essays ÷ count) of the commonest fingerprint over it, half of that if it stands
//     in a reference; a passage needs a worth of 280 and 13 ln essays. Worth 20 more is
//     each nat by which chance would not bring its fingerprints together, if each depended
//     on the one before alone. 180 letters need nothing. Among fewer essays: a fingerprint
//     of more than 0.3 % of them (at least 20) is common, and so is what stands in a
//     reference; a passage of 60 letters needs 44 uncommon ones, or 24 in an unbroken run
//     of 64.
//  8. Ratio: own syllables inside passages ÷ own syllables. Gaps up to 24 letters between
//     equal stretches count as copied with changes.
//
// # References added later
//
// New takes the references known from the start: they are exempt before anything else
// happens and belong to no own text. Engine.With adds more, such as a passage that
// thousands share and somebody approved. These are subtracted from the passages found and
// leave the own text only where they lie inside a passage, so no ratio can rise by the
// decision and no stored blob changes; Engine.Touches tells which essays to look at again.
// To move them to the start, make a new engine and prepare all essays again.
//
// # Deletion
//
// Delete hides an essay at once; its fingerprints leave memory and blobs at the next
// Merge. A list that had overflown then keeps fewer than 64 essays until the index is
// built again from the stored prints.
//
// # What it cannot find
//
// Good rewriting. Ideas told in other words, translation, and text reworked by a language
// model share no letters and are not found. When a third of the words are replaced and
// clauses and sentences change places besides, one of five passages of 50–150 syllables
// and half of those of 25–50 are missed; of those of 50–150, a third to a half when every
// third word is another and one in seven when every other clause is left out; of those short ones 30 % edited words, or a
// filler after every fifth syllable, hide a sixth. When a quarter of all neighbouring words change
// places, one of fifteen passages of 50–150 is missed. Copies below about
// 13 syllables, and short ones that consist of set phrases, are left alone on purpose.
// Text that reads backwards on the screen, and handwriting in pictures, are not read.
//
// A passage says that two texts are alike, not who wrote first nor whether it was allowed:
// it is a lead for a person. Below 150 own syllables show passages but no percentage.
package textreuse
