package db

import (
	"context"
	"strings"
)

// table is an ordinary table of the schema and its columns that hold data.
type table struct {
	name    string
	columns []column
}

type column struct{ name, kind string } // kind: text, boolean, integer, float, bytes or other

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// ours are this package's and goose's own tables; they belong to one database, not to its data.
func ours(name string) bool {
	return name == "db_seed" || name == "db_aside" || strings.HasPrefix(name, "goose_")
}

func (l *lite) tables(ctx context.Context, tx Tx) ([]table, error) {
	return gather(ctx, tx, `
		select t.name, c.name, lower(c.type)
		from pragma_table_list t, pragma_table_xinfo(t.name) c
		where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite@_%' escape '@' and c.hidden = 0
		order by t.name, c.cid`)
}

func (p *postgres) tables(ctx context.Context, tx Tx) ([]table, error) {
	return gather(ctx, tx, `
		select c.table_name, c.column_name, c.data_type
		from information_schema.columns c
		join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
		where t.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
		order by c.table_name collate "C", c.ordinal_position`)
}

func gather(ctx context.Context, tx Tx, query string) (list []table, err error) {
	type row struct{ table, column, kind string }
	rows, err := All(ctx, tx, func(scan func(...any) error) (r row, err error) {
		return r, scan(&r.table, &r.column, &r.kind)
	}, query)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if ours(r.table) {
			continue
		}
		if n := len(list); n == 0 || list[n-1].name != r.table {
			list = append(list, table{name: r.table})
		}
		t := &list[len(list)-1]
		t.columns = append(t.columns, column{r.column, kindOf(r.kind)})
	}
	return list, nil
}

func kindOf(declared string) string {
	switch declared {
	case "boolean", "text", "bytea", "blob":
		return map[string]string{"boolean": "boolean", "text": "text", "bytea": "bytes", "blob": "bytes"}[declared]
	case "bigint", "integer", "int", "smallint":
		return "integer"
	case "real", "double precision":
		return "float"
	}
	return "other"
}
