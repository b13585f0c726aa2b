// Package essay is the room of what members write after a study (bài thu hoạch): essays with
// questions and scenarios from one's own job (R079–R081).
//
// An officer sets a task for an audience of a campaign; the roster is the frozen one. Members
// write in the page, paste, or upload a file whose visible text is taken, or pictures of
// handwriting. A draft is never overwritten by an older one; what was handed in is never changed,
// a newer version is added until the due time. Marking, totals and contributions are the room
// beside (marking), what is alike the one beside that (likeness).
//
// How somebody is counted (who must write, what came late, on paper or from somebody else) is put right only when a contest of it was
// upheld (Mend); the floor above hands in what it knows of contests, and each correction is sealed (essay.mend).
//
// Tables: essay_task, essay_question, essay_model, essay_criterion, essay_local, essay_invited,
// essay, essay_member, essay_draft, essay_answer, essay_version, essay_part, essay_file,
// essay_version_file, essay_mark, essay_score, essay_comment, essay_return, essay_reply,
// essay_pick, essay_mend, essay_tally.
package essay
