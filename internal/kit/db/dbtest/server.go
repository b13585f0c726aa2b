package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"sync"
	"sync/atomic"

	"quantriet/internal/schema"
)

// server is a PostgreSQL in which tests make databases.
type server struct {
	admin    *sql.DB
	url      url.URL
	template func() (string, error)
	copying  string // how to copy a small database fast
	serial   atomic.Int64
}

// startServer finds or starts the server, once; nil when there is none.
var startServer = sync.OnceValues(func() (*server, error) {
	address := os.Getenv("QUANTRIET_TEST_POSTGRES")
	if address == "" {
		var err error
		if address, err = startCluster(); address == "" || err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	admin, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	admin.SetMaxOpenConns(2)
	s := &server{admin: admin, url: *u}
	s.template = sync.OnceValues(s.makeTemplate)
	var version int
	if err := admin.QueryRow(`select current_setting('server_version_num')::int`).Scan(&version); err != nil {
		return nil, err
	}
	if version >= 150000 {
		s.copying = " strategy file_copy"
	}
	return s, nil
})

func (s *server) at(database string) string {
	u := s.url
	u.Path = "/" + database
	return u.String()
}

// create makes a database that sorts by bytes, like SQLite.
func (s *server) create(migrated bool) (address string, drop func(), err error) {
	name := fmt.Sprintf("qt_%d_%d", os.Getpid(), s.serial.Add(1))
	from := emptyTemplate
	if migrated {
		if from, err = s.template(); err != nil {
			return "", nil, err
		}
	}
	if _, err := s.admin.Exec("create database " + name + " template " + from + s.copying); err != nil {
		return "", nil, err
	}
	return s.at(name), func() { s.admin.Exec("drop database if exists " + name + " with (force)") }, nil
}

const emptyTemplate = "template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"

// makeTemplate migrates one database, named after the migrations, for all tests to copy.
// On a lasting server it is kept for the next process too; half-made ones have another name.
func (s *server) makeTemplate() (string, error) {
	sum, err := fingerprint()
	if err != nil {
		return "", err
	}
	name := "qt_template_" + sum
	ctx := context.Background()
	conn, err := s.admin.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	const key = `hashtext('quantriet test template')`
	if _, err := conn.ExecContext(ctx, `select pg_advisory_lock(`+key+`)`); err != nil {
		return "", err
	}
	defer conn.ExecContext(ctx, `select pg_advisory_unlock(`+key+`)`)
	var n int
	if err := conn.QueryRowContext(ctx, `select count(*) from pg_database where datname = $1`, name).Scan(&n); err != nil || n > 0 {
		return name, err
	}
	draft := name + "_draft"
	for _, q := range []string{"drop database if exists " + draft + " with (force)", "create database " + draft + " template " + emptyTemplate} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return "", err
		}
	}
	if err := migrate(s.at(draft)); err != nil {
		return "", err
	}
	_, err = conn.ExecContext(ctx, "alter database "+draft+" rename to "+name)
	return name, err
}

func fingerprint() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(schema.Files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := schema.Files.ReadFile(path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(b), b)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:16], err
}
