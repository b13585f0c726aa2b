// Package lookup looks for people by words of their names, marks and order not mattering,
// among millions as among a few, in a bounded time on both engines.
//
// Each word typed begins a word of the name. What costs least is done: where all who may be
// found are few, they are compared one by one; where a word is rare, person_word leads to
// its bearers. Else all words are frequent, and names are looked through in their order
// (person_name): first those whose given name begins with a word typed, since that is how
// people are called. A page is given up, and says so, when its share of names was looked
// through; a wide search finds the rest.
//
// Table: person_word, which person keeps.
package lookup
