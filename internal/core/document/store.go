package document

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const columns = `d.id, d.unit, d.kind, d.number, d.issuer, d.issuer_name, d.issued_on, d.title, d.secrecy, d.kept_at, d.sample, d.created_at, d.created_by`

func scanDocument(scan func(...any) error) (d Document, err error) {
	err = scan(&d.ID, &d.Unit, &d.Kind, &d.Number, &d.Issuer, &d.IssuerName, &d.IssuedOn, &d.Title, &d.Secrecy, &d.KeptAt,
		&d.Sample, &d.CreatedAt, &d.CreatedBy)
	return d, err
}

// Find loads a document with its targets and parts. Fault: Missing.
func Find(ctx context.Context, tx db.Tx, document id.ID) (Document, error) {
	d, err := db.One(ctx, tx, scanDocument, `select `+columns+` from document d where d.id = $1`, document)
	if err != nil {
		return d, err
	}
	if d.Targets, err = db.All(ctx, tx, db.Value[id.ID], `select target from document_link where document = $1 order by target`, document); err != nil {
		return d, err
	}
	d.Parts, err = db.All(ctx, tx, scanPart, `select kind, title, amount, marker from document_part where document = $1 order by ord`, document)
	return d, err
}

func scanPart(scan func(...any) error) (p Part, err error) {
	return p, scan(&p.Kind, &p.Title, &p.Amount, &p.Marker)
}

// Name is what a document is called where it is only mentioned.
type Name struct {
	ID         id.ID  `json:"id"`
	Unit       id.ID  `json:"unit"`
	Kind       string `json:"kind"`
	Number     string `json:"number"`
	IssuedOn   string `json:"issued_on"`
	Title      string `json:"title"`
	Issuer     id.ID  `json:"issuer"`
	IssuerName string `json:"issuer_name"`
	Secrecy    string `json:"secrecy"`
	KeptAt     string `json:"kept_at"`
	Level      string `json:"level" doc:"of the issuer, empty when it is not in the tree"`
	LevelName  string `json:"-"`
	LevelEn    string `json:"-"`
	Files      int64  `json:"files"`
}

const nameColumns = `d.id, d.unit, d.kind, d.number, d.issued_on, d.title, d.issuer, coalesce(i.name, d.issuer_name), d.secrecy, d.kept_at,
	coalesce(v.code, ''), coalesce(v.name, ''), coalesce(v.name_en, ''), (select count(*) from document_file f where f.document = d.id)`

const nameFrom = ` from document d left join org_unit i on i.id = d.issuer left join org_level v on v.code = i.level `

func scanName(scan func(...any) error) (n Name, err error) {
	err = scan(&n.ID, &n.Unit, &n.Kind, &n.Number, &n.IssuedOn, &n.Title, &n.Issuer, &n.IssuerName, &n.Secrecy, &n.KeptAt, &n.Level, &n.LevelName, &n.LevelEn, &n.Files)
	return n, err
}

// Named gives the names of documents in the order of ids; unknown ids are left out.
func Named(ctx context.Context, tx db.Tx, ids []id.ID) ([]Name, error) {
	found := map[id.ID]Name{}
	for _, some := range chunk(ids) {
		in, args := params(some)
		names, err := db.All(ctx, tx, scanName, `select `+nameColumns+nameFrom+`where d.id in (`+in+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			found[n.ID] = n
		}
	}
	var out []Name
	for _, i := range ids {
		if n, ok := found[i]; ok {
			out = append(out, n)
		}
	}
	return out, nil
}

const chunkSize = 150

func chunk(ids []id.ID) (out [][]id.ID) {
	for ; len(ids) > chunkSize; ids = ids[chunkSize:] {
		out = append(out, ids[:chunkSize])
	}
	if len(ids) > 0 {
		out = append(out, ids)
	}
	return out
}

// params writes "$n, …" for ids after the arguments before them.
func params(ids []id.ID, before ...any) (string, []any) {
	args := before
	in := make([]string, len(ids))
	for i, v := range ids {
		args = append(args, v)
		in[i] = fmt.Sprintf("$%d", len(args))
	}
	return strings.Join(in, ", "), args
}

// known finds the documents that units at, above or below unit registered under a number and day.
func known(ctx context.Context, tx db.Tx, d Document) ([]Document, error) {
	return db.All(ctx, tx, scanDocument, `
		select `+columns+` from document d
		where d.number = $1 and d.issued_on = $2 and d.id <> $3 and exists (select 1 from org_below b
			where b.top = d.unit and b.unit = $4 or b.unit = d.unit and b.top = $4)
		order by d.id`, d.Number, d.IssuedOn, d.ID, d.Unit)
}

// above are the links of everything that targets implement, directly or not.
func above(ctx context.Context, tx db.Tx, targets []id.ID) ([]Link, error) {
	if len(targets) == 0 {
		return nil, nil
	}
	in, args := params(targets)
	return db.All(ctx, tx, scanLink, `
		with recursive up (document, target) as (
			select document, target from document_link where document in (`+in+`)
			union
			select l.document, l.target from document_link l join up on l.document = up.target)
		select document, target from up`, args...)
}

func scanLink(scan func(...any) error) (l Link, err error) {
	return l, scan(&l.Document, &l.Target)
}

// link is one step of a chain with what is asked of its lower paper.
type link struct {
	Link
	Issuer id.ID
	Seen   bool // by the actor
}

// reach is where answers to a document are expected (R116): below its issuer, or at and
// below the unit that registered it when the issuer is not of the tree. whole says that
// the actor's scope covers all of it, which spares asking unit by unit.
type reach struct {
	top   id.ID
	least int // depth below top
	whole bool
}

func reachOf(ctx context.Context, tx db.Tx, who access.Actor, d Document) (r reach, err error) {
	r = reach{top: d.Issuer, least: 1}
	if d.Issuer == 0 {
		r = reach{top: d.Unit}
	}
	err = access.Check(ctx, tx, who, access.DocumentRead, r.top)
	r.whole = err == nil
	if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
		err = nil
	}
	return r, err
}

// chain are the links of everything that implements a document, each once, the oldest
// papers first. The links have no circle, so it ends.
func chain(ctx context.Context, tx db.Tx, who access.Actor, document id.ID, r reach) ([]link, error) {
	args := []any{document}
	seen := who.Scope(access.DocumentRead).WhereSeen("d.unit", &args)
	if r.whole {
		args = append(args, r.top)
		seen = fmt.Sprintf("(d.unit in (select b.unit from org_below b where b.top = $%d) or %s)", len(args), seen)
	}
	return db.All(ctx, tx, func(scan func(...any) error) (l link, err error) {
		return l, scan(&l.Document, &l.Target, &l.Issuer, &l.Seen)
	}, `
		with recursive down (document, target) as (
			select document, target from document_link where target = $1
			union
			select l.document, l.target from down join document_link l on l.target = down.document)
		select x.document, x.target, d.issuer, `+seen+`
		from down x left join document d on d.id = x.document
		order by d.issued_on, d.id, x.target`, args...)
}

// expected are the units that are to answer a document, in the order of the tree. A unit
// that had ended before the document was issued is not expected.
func expected(ctx context.Context, tx db.Tx, who access.Actor, d Document, r reach) ([]Unit, error) {
	args := []any{r.top, r.least, d.IssuedOn}
	mine := "true"
	if !r.whole {
		mine = who.Scope(access.DocumentRead).Where("u.id", &args)
	}
	return db.All(ctx, tx, func(scan func(...any) error) (u Unit, err error) {
		return u, scan(&u.ID, &u.Name, &u.Level, &u.Mine)
	}, `
		select u.id, u.short, u.level, `+mine+`
		from org_below b join org_unit u on u.id = b.unit
		where b.top = $1 and b.depth >= $2 and (u.valid_to is null or u.valid_to >= $3)
		order by u.position, u.sort_key, u.id`, args...)
}

func scanFile(scan func(...any) error) (f File, err error) {
	err = scan(&f.ID, &f.Document, &f.Name, &f.Type, &f.Size, &f.SHA256, &f.CreatedAt, &f.CreatedBy)
	return f, err
}

const fileColumns = `id, document, name, mime, size, sha256, created_at, created_by`

func filesOf(ctx context.Context, tx db.Tx, document id.ID) ([]File, error) {
	return db.All(ctx, tx, scanFile, `select `+fileColumns+` from document_file where document = $1 order by id`, document)
}

func findFile(ctx context.Context, tx db.Tx, file id.ID) (File, error) {
	return db.One(ctx, tx, scanFile, `select `+fileColumns+` from document_file where id = $1`, file)
}

func insertFile(ctx context.Context, tx db.Tx, f File) error {
	_, err := tx.ExecContext(ctx, `
		insert into document_file (`+fileColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		f.ID, f.Document, f.Name, f.Type, f.Size, f.SHA256, f.CreatedAt, f.CreatedBy)
	return err
}

// deleteFiles takes away one file of a document, or all of them when file is zero.
func deleteFiles(ctx context.Context, tx db.Tx, document, file id.ID) error {
	q, args := `delete from document_file where document = $1`, []any{document}
	if file != 0 {
		q, args = q+` and id = $2`, append(args, file)
	}
	_, err := tx.ExecContext(ctx, q, args...)
	return err
}

// used reports whether an opened campaign stands on the document.
func used(ctx context.Context, tx db.Tx, document id.ID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `
		select count(*) from campaign_document cd join campaign c on c.id = cd.campaign
		where cd.document = $1 and c.state <> 'draft'`, document)
	return n > 0, err
}

func update(ctx context.Context, tx db.Tx, d Document) error {
	_, err := tx.ExecContext(ctx, `
		update document set kind = $2, number = $3, issuer = $4, issuer_name = $5, issued_on = $6, title = $7, secrecy = $8,
			kept_at = $9, folded = $10 where id = $1`,
		d.ID, d.Kind, d.Number, d.Issuer, d.IssuerName, d.IssuedOn, d.Title, d.Secrecy, d.KeptAt, d.folded())
	return err
}

// Add stores documents without asking: for the demonstration and for moving. They are
// written with their targets and parts; a target stands in the same call or was there before.
func Add(ctx context.Context, tx db.Tx, docs ...Document) error {
	var rows [][]any
	tidy := make([]Document, len(docs))
	for i, d := range docs {
		d = d.tidy()
		tidy[i] = d
		rows = append(rows, []any{d.ID, d.Unit, d.Kind, d.Number, d.Issuer, d.IssuerName, d.IssuedOn, d.Title, d.Secrecy, d.KeptAt, d.Sample,
			d.folded(), d.CreatedAt, d.CreatedBy})
	}
	err := insert(ctx, tx, `insert into document (id, unit, kind, number, issuer, issuer_name, issued_on, title, secrecy, kept_at, sample,
		folded, created_at, created_by) values `, rows)
	if err != nil {
		return err
	}
	return insertDetails(ctx, tx, tidy...)
}

// insert writes rows of equal length, some at a time.
func insert(ctx context.Context, tx db.Tx, head string, rows [][]any) error {
	for len(rows) > 0 {
		some := rows[:min(len(rows), 100)]
		rows = rows[len(some):]
		var values []string
		var args []any
		for _, r := range some {
			marks := make([]string, len(r))
			for i, v := range r {
				args = append(args, v)
				marks[i] = fmt.Sprintf("$%d", len(args))
			}
			values = append(values, "("+strings.Join(marks, ", ")+")")
		}
		if _, err := tx.ExecContext(ctx, head+strings.Join(values, ", "), args...); err != nil {
			return err
		}
	}
	return nil
}

// details writes links and parts anew.
func details(ctx context.Context, tx db.Tx, d Document) error {
	for _, q := range []string{`delete from document_link where document = $1`, `delete from document_part where document = $1`} {
		if _, err := tx.ExecContext(ctx, q, d.ID); err != nil {
			return err
		}
	}
	return insertDetails(ctx, tx, d)
}

func insertDetails(ctx context.Context, tx db.Tx, docs ...Document) error {
	var links, parts [][]any
	for _, d := range docs {
		for _, t := range d.Targets {
			links = append(links, []any{d.ID, t})
		}
		for i, p := range d.Parts {
			parts = append(parts, []any{d.ID, i + 1, p.Kind, p.Title, p.Amount, p.Marker})
		}
	}
	if err := insert(ctx, tx, `insert into document_link (document, target) values `, links); err != nil {
		return err
	}
	return insert(ctx, tx, `insert into document_part (document, ord, kind, title, amount, marker) values `, parts)
}
