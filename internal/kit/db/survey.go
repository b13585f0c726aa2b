package db

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
)

// sampled is how many entries of an index are looked at.
const sampled = 1000

// analyze keeps averages alone: had SQLite samples of the values, it would parse a statement again
// for each parameter bound to it. It reads beside the writer and only stores what it found: SQLite's
// own command counts every entry of an index, and holds the writer meanwhile.
func (l *lite) analyze(ctx context.Context) error {
	var tables []string
	err := l.read(ctx, func(tx Tx) (err error) {
		tables, err = All(ctx, tx, Value[string], `select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite@_%' escape '@' order by name`)
		return err
	})
	var all []survey
	for _, t := range tables {
		if err == nil {
			err = l.read(ctx, func(tx Tx) error {
				s, err := look(ctx, tx, t)
				all = append(all, s)
				return err
			})
		}
	}
	slices.SortStableFunc(all, func(a, b survey) int { return cmp.Compare(a.rows, b.rows) }) // the first makes the table of averages
	for i, s := range all {
		if err == nil {
			err = l.w.write(ctx, l.w.pieces, func(tx Tx) error { return s.store(ctx, tx, i == 0, i == len(all)-1) })
		}
	}
	l.renew()
	return err
}

// survey is what was found out of a table.
type survey struct {
	table   string
	rows    int64
	known   []known
	strange []string // indexes of expressions, which SQLite has to look at
}

// known is a row of SQLite's table of averages: how many entries an index has, and how many
// of them share its first column, its first two, and so on.
type known struct{ index, stat string }

func (s survey) store(ctx context.Context, tx Tx, first, last bool) error {
	do := func(query string, args ...any) error { _, err := tx.ExecContext(ctx, query, args...); return err }
	err := do(`pragma analysis_limit = ` + strconv.Itoa(sampled))
	if err == nil && first {
		err = do(`analyze ` + quote(s.table))
	}
	if err == nil {
		err = do(`delete from sqlite_stat1 where tbl = $1`, s.table)
	}
	for _, k := range s.known {
		if err == nil {
			err = do(`insert into sqlite_stat1 (tbl, idx, stat) values ($1, nullif($2, ''), $3)`, s.table, k.index, k.stat)
		}
	}
	for _, index := range s.strange {
		if err == nil {
			err = do(`analyze ` + quote(index))
		}
	}
	if err == nil && last {
		err = do(`analyze sqlite_schema`) // reads the averages again
	}
	return err
}

// index is one of a table, as the table of averages calls it.
type index struct {
	name    string
	only    string // "" or " where …"
	columns []string
}

func look(ctx context.Context, tx Tx, table string) (s survey, err error) {
	s.table = table
	list, strange, err := indexes(ctx, tx, table)
	if err != nil {
		return s, err
	}
	if s.rows, err = One(ctx, tx, Value[int64], `select count(*) from `+quote(table)); err != nil || s.rows == 0 {
		return s, err
	}
	s.strange = strange
	whole := false
	for _, i := range list {
		rows := s.rows
		if i.only == "" {
			whole = true
		} else if rows, err = One(ctx, tx, Value[int64], `select count(*) from `+quote(table)+i.only); err != nil {
			return s, err
		}
		shared, err := i.shares(ctx, tx, table)
		if err != nil {
			return s, err
		}
		s.known = append(s.known, known{i.name, strconv.FormatInt(rows, 10) + shared})
	}
	if !whole && len(strange) == 0 {
		s.known = append(s.known, known{"", strconv.FormatInt(s.rows, 10)})
	}
	return s, nil
}

// indexes are those of columns, and the names of those of expressions.
func indexes(ctx context.Context, tx Tx, table string) (list []index, strange []string, err error) {
	_, err = All(ctx, tx, func(scan func(...any) error) (x struct{}, err error) {
		var i index
		var column, made string
		if err = scan(&i.name, &column, &made); err != nil {
			return x, err
		}
		if n := len(list); n == 0 || list[n-1].name != i.name {
			if _, only, ok := strings.Cut(made, " where "); ok {
				i.only = " where " + only
			}
			list = append(list, i)
		}
		last := &list[len(list)-1]
		last.columns = append(last.columns, column)
		return x, nil
	}, `
		select case when t.wr = 1 and i.origin = 'pk' then t.name else i.name end, coalesce(x.name, ''), coalesce(m.sql, '')
		from pragma_table_list t join pragma_index_list(t.name) i join pragma_index_xinfo(i.name) x left join sqlite_master m on m.type = 'index' and m.name = i.name
		where t.schema = 'main' and t.name = $1 and x.key = 1 order by i.seq, x.seqno`, table)
	list = slices.DeleteFunc(list, func(i index) bool {
		if slices.Contains(i.columns, "") {
			strange = append(strange, i.name)
			return true
		}
		return false
	})
	return list, strange, err
}

// shares is how many entries share the first column, the first two, and so on: " 23 1", the average
// of those that stand last in the order of all columns.
func (i index) shares(ctx context.Context, tx Tx, table string) (string, error) {
	names := make([]string, len(i.columns))
	for k, c := range i.columns {
		names[k] = quote(c)
	}
	some := `(select ` + strings.Join(names, ", ") + ` from ` + quote(table) + i.only + ` order by ` + strings.Join(names, " desc, ") + ` desc limit ` + strconv.Itoa(sampled) + `)`
	out := ""
	for k := range names {
		var rows, distinct int64
		err := tx.QueryRowContext(ctx, `select coalesce(sum(n), 0), count(*) from (select count(*) as n from `+some+` group by `+strings.Join(names[:k+1], ", ")+`)`).Scan(&rows, &distinct)
		if err != nil {
			return "", err
		}
		n := int64(0) // of no entries at all
		if rows > 0 {
			n = (rows + distinct - 1) / distinct
		}
		if n == 2 && rows*10 <= distinct*11 {
			n = 1
		}
		out += " " + strconv.FormatInt(n, 10)
	}
	return out, nil
}
