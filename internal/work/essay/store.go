package essay

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Essay is one essay of a person or a group. Instants are Unix milliseconds UTC.
type Essay struct {
	ID          id.ID  `json:"id"`
	Task        id.ID  `json:"task"`
	Campaign    id.ID  `json:"campaign"`
	Unit        id.ID  `json:"unit" doc:"of the author in the frozen roster"`
	Lo          int64  `json:"-"`
	Person      id.ID  `json:"-"`
	State       string `json:"state" enum:"writing,handed,returned,marked,deleted,apart"`
	Version     id.ID  `json:"version" doc:"handed in last; empty before"`
	Versions    int64  `json:"versions"`
	Due         int64  `json:"due" doc:"own due time after a return; 0: that of the task"`
	Late        bool   `json:"late"`
	Handwritten bool   `json:"handwritten"`
	Second      bool   `json:"-"`
	Disputed    bool   `json:"-"`
	Lead        bool   `json:"lead"`
	Points      int64  `json:"points" doc:"tenths; -1: not marked"`
	Passed      bool   `json:"passed"`
	Handed      int64  `json:"handed_at"`
	Marked      int64  `json:"marked_at"`
	Started     int64  `json:"started_at"`
}

// Columns are those of Scan, of essay e.
const Columns = `e.id, e.task, e.campaign, e.unit, e.lo, e.person, e.state, coalesce(e.version, 0), e.versions, e.due_at, e.late, e.handwritten,
	e.second, e.disputed, e.lead, coalesce(e.points, -1), coalesce(e.passed, false), coalesce(e.handed_at, 0), coalesce(e.marked_at, 0), e.started_at`

// Scan reads Columns.
func Scan(scan func(...any) error) (e Essay, err error) {
	err = scan(e.Into()...)
	return e, err
}

// Into is where Columns are read to.
func (e *Essay) Into() []any {
	return []any{&e.ID, &e.Task, &e.Campaign, &e.Unit, &e.Lo, &e.Person, &e.State, &e.Version, &e.Versions, &e.Due, &e.Late, &e.Handwritten,
		&e.Second, &e.Disputed, &e.Lead, &e.Points, &e.Passed, &e.Handed, &e.Marked, &e.Started}
}

// Find loads an essay. Fault: Missing.
func Find(ctx context.Context, tx db.Tx, essay id.ID) (Essay, error) {
	return db.One(ctx, tx, Scan, `select `+Columns+` from essay e where e.id = $1`, essay)
}

// own loads the essay of a task that counts for a person. Fault: Missing.
func own(ctx context.Context, tx db.Tx, task, person id.ID) (Essay, error) {
	return db.One(ctx, tx, Scan, `select `+Columns+` from essay e join essay_member m on m.essay = e.id where m.task = $1 and m.person = $2`, task, person)
}

// Version is what was handed in at one time.
type Version struct {
	ID          id.ID  `json:"id" doc:"number of the receipt"`
	Essay       id.ID  `json:"essay"`
	N           int64  `json:"n"`
	Body        string `json:"body" doc:"visible text, NFC, line ends \\n"`
	Syllables   int64  `json:"syllables"`
	Handwritten bool   `json:"handwritten"`
	Hidden      int64  `json:"hidden" doc:"letters that nobody could see, dropped"`
	Late        bool   `json:"late"`
	Handed      int64  `json:"handed_at"`
	Parts       []Part `json:"parts"`
	Files       []File `json:"files"`
}

// Number is the receipt's number as people read it.
func (v Version) Number() string {
	s := v.ID.String()
	if len(s) < 13 {
		return s
	}
	return s[:4] + "-" + s[4:8] + "-" + s[8:]
}

const versionColumns = `v.id, v.essay, v.n, v.body, v.syllables, v.handwritten, v.hidden, v.late, v.handed_at`

func scanVersion(scan func(...any) error) (v Version, err error) {
	err = scan(&v.ID, &v.Essay, &v.N, &v.Body, &v.Syllables, &v.Handwritten, &v.Hidden, &v.Late, &v.Handed)
	return v, err
}

// FindVersion loads a version with its parts and files. Fault: Missing.
func FindVersion(ctx context.Context, tx db.Tx, version id.ID) (Version, error) {
	v, err := db.One(ctx, tx, scanVersion, `select `+versionColumns+` from essay_version v where v.id = $1`, version)
	if err != nil {
		return v, err
	}
	v.Parts, err = db.All(ctx, tx, func(scan func(...any) error) (p Part, err error) {
		err = scan(&p.Ord, &p.Start, &p.End)
		return p, err
	}, `select ord, start_at, end_at from essay_part where version = $1 order by ord`, version)
	if err != nil {
		return v, err
	}
	v.Files, err = db.All(ctx, tx, scanFile, `select `+fileColumns+` from essay_file f join essay_version_file l on l.file = f.id where l.version = $1 order by f.ord, f.id`, version)
	return v, err
}

// Versions are those of an essay without their texts' parts, the newest first.
func Versions(ctx context.Context, tx db.Tx, essay id.ID) ([]Version, error) {
	return db.All(ctx, tx, scanVersion, `select `+versionColumns+` from essay_version v where v.essay = $1 order by v.n desc`, essay)
}

func insertVersion(ctx context.Context, tx db.Tx, v Version) error {
	_, err := tx.ExecContext(ctx, `insert into essay_version (id, essay, n, body, syllables, handwritten, hidden, late, handed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		v.ID, v.Essay, v.N, v.Body, v.Syllables, v.Handwritten, v.Hidden, v.Late, v.Handed)
	if err != nil {
		return err
	}
	for _, p := range v.Parts {
		if _, err := tx.ExecContext(ctx, `insert into essay_part (version, ord, start_at, end_at) values ($1, $2, $3, $4)`, v.ID, p.Ord, p.Start, p.End); err != nil {
			return err
		}
	}
	for _, f := range v.Files {
		if _, err := tx.ExecContext(ctx, `insert into essay_version_file (version, file) values ($1, $2)`, v.ID, f.ID); err != nil {
			return err
		}
	}
	return nil
}

// File is an upload: a document whose text was taken, or a picture of writing.
type File struct {
	ID      id.ID  `json:"id"`
	Essay   id.ID  `json:"-"`
	Ord     int64  `json:"-"`
	Role    string `json:"role" enum:"text,page"`
	Name    string `json:"name"`
	Type    string `json:"type"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
	Letters int64  `json:"letters" doc:"taken from it"`
	Hidden  int64  `json:"hidden" doc:"letters that nobody could see, dropped"`
	Added   int64  `json:"added_at"`
}

// Image reports whether a browser may show it as a picture.
func (f File) Image() bool {
	return f.Type == "image/png" || f.Type == "image/jpeg" || f.Type == "image/webp"
}

const fileColumns = `f.id, f.essay, f.ord, f.role, f.name, f.mime, f.size, f.sha256, f.letters, f.hidden, f.added_at`

func scanFile(scan func(...any) error) (f File, err error) {
	err = scan(&f.ID, &f.Essay, &f.Ord, &f.Role, &f.Name, &f.Type, &f.Size, &f.SHA256, &f.Letters, &f.Hidden, &f.Added)
	return f, err
}

// draftFiles are those of what is being written.
func draftFiles(ctx context.Context, tx db.Tx, essay id.ID) ([]File, error) {
	return db.All(ctx, tx, scanFile, `select `+fileColumns+` from essay_file f where f.essay = $1 and not f.removed order by f.ord, f.id`, essay)
}

// FindFile loads a file of an essay. Fault: Missing.
func FindFile(ctx context.Context, tx db.Tx, essay, file id.ID) (File, error) {
	return db.One(ctx, tx, scanFile, `select `+fileColumns+` from essay_file f where f.id = $1 and f.essay = $2`, file, essay)
}

func insertFile(ctx context.Context, tx db.Tx, f File) error {
	_, err := tx.ExecContext(ctx, `
		insert into essay_file (id, essay, ord, role, name, mime, size, sha256, letters, hidden, added_at)
		values ($1, $2, (select coalesce(max(ord), 0) + 1 from essay_file where essay = $2), $3, $4, $5, $6, $7, $8, $9, $10)`,
		f.ID, f.Essay, f.Role, f.Name, f.Type, f.Size, f.SHA256, f.Letters, f.Hidden, f.Added)
	return err
}

// draft loads what is being written, with one answer for each of n questions.
func draft(ctx context.Context, tx db.Tx, essay id.ID, n int) (d Draft, err error) {
	rows, err := db.All(ctx, tx, func(scan func(...any) error) (d Draft, err error) {
		err = scan(&d.Serial, &d.Tab, &d.Step, &d.Hidden, &d.Saved)
		return d, err
	}, `select serial, tab, step, hidden, saved_at from essay_draft where essay = $1`, essay)
	if err != nil {
		return d, err
	}
	if len(rows) > 0 {
		d = rows[0]
	}
	d.Answers = make([]string, n)
	type answer struct {
		ord  int
		text string
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (a answer, err error) {
		err = scan(&a.ord, &a.text)
		return a, err
	}, `select ord, text from essay_answer where essay = $1 order by ord`, essay)
	for _, a := range list {
		if a.ord >= 1 && a.ord <= n {
			d.Answers[a.ord-1] = a.text
		}
	}
	return d, err
}

func putDraft(ctx context.Context, tx db.Tx, essay id.ID, d Draft) error {
	_, err := tx.ExecContext(ctx, `
		insert into essay_draft (essay, serial, tab, step, hidden, saved_at) values ($1, $2, $3, $4, $5, $6)
		on conflict (essay) do update set serial = excluded.serial, tab = excluded.tab, step = excluded.step, hidden = excluded.hidden, saved_at = excluded.saved_at`,
		essay, d.Serial, d.Tab, d.Step, d.Hidden, d.Saved)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `delete from essay_answer where essay = $1`, essay); err != nil {
		return err
	}
	for i, a := range d.Answers {
		if a == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, `insert into essay_answer (essay, ord, text) values ($1, $2, $3)`, essay, i+1, a); err != nil {
			return err
		}
	}
	return nil
}

// seat is a person in the roster of a task.
type seat struct {
	unit id.ID
	lo   int64
	name string
	must bool
}

// seatOf finds whether a task means a person. Fault: Missing.
func seatOf(ctx context.Context, tx db.Tx, task, person id.ID) (seat, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (s seat, err error) {
		err = scan(&s.unit, &s.lo, &s.name, &s.must)
		return s, err
	}, `select p.unit, p.lo, p.name, `+obliged+` from essay_task t join campaign_participant p on p.campaign = t.campaign and p.person = $2
		where t.id = $1 and t.state <> 'draft' and `+bound, task, person)
}

// Writer is a person for whom an essay counts.
type Writer struct {
	Person id.ID  `json:"person"`
	Name   string `json:"name"`
	Must   bool   `json:"must"`
}

// Writers are the people for whom an essay counts, the author first.
func Writers(ctx context.Context, tx db.Tx, e Essay) ([]Writer, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (w Writer, err error) {
		err = scan(&w.Person, &w.Name, &w.Must)
		return w, err
	}, `select p.person, p.name, m.must from essay_member m join campaign_participant p on p.campaign = $2 and p.person = m.person where m.essay = $1 order by m.ord`, e.ID, e.Campaign)
}

// Own loads the essay of a task that counts for a person. Fault: Missing.
func Own(ctx context.Context, tx db.Tx, task, person id.ID) (Essay, error) {
	return own(ctx, tx, task, person)
}
