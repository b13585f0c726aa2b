package proof

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/tlog"
)

// Witness is an installation that signs our heads; Told is what went wrong last.
type Witness struct {
	Name string `json:"name"`
	Key  string `json:"key" doc:"its public key as a witness"`
	URL  string `json:"url" doc:"where add-checkpoint is; empty: nothing is sent"`
	Size int64  `json:"size" doc:"of the last head it signed"`
	Told string `json:"told"`
}

// Origin is the log of another installation that we sign.
type Origin struct {
	Name string `json:"name"`
	Key  string `json:"key" doc:"its public key as a log"`
	Size int64  `json:"size" doc:"of the last head we signed"`
	Root string `json:"-"`

	line string
}

func scanOrigin(scan func(...any) error) (o Origin, err error) {
	err = scan(&o.Name, &o.Key, &o.Size, &o.Root, &o.line)
	return o, err
}

func origins(ctx context.Context, tx db.Tx) ([]Origin, error) {
	return db.All(ctx, tx, scanOrigin, `select name, key, size, root, line from proof_origin order by name`)
}

func witnesses(ctx context.Context, tx db.Tx) ([]Witness, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (w Witness, err error) {
		err = scan(&w.Name, &w.Key, &w.URL, &w.Told, &w.Size)
		return w, err
	}, `select w.name, w.key, w.url, w.told, coalesce((select max(c.size) from proof_cosignature c where c.witness = w.name), 0)
		from proof_witness w order by w.name`)
}

// AddWitness trusts another installation to sign our heads. at is the address of its
// add-checkpoint; without one nothing is ever sent. Faults: Invalid key, url; Conflict; Denied.
func (s *Service) AddWitness(ctx context.Context, who access.Actor, key, at string) error {
	k, err := tlog.ParseKnown(key)
	if err != nil || !k.Witness() || len(key) > 500 {
		return fault.At("key", "proof.not_witness_key")
	}
	if u, err := url.Parse(at); at != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(at) > 500) {
		return fault.At("url", "proof.not_address")
	}
	return s.trust(ctx, who, "proof.witness", key, "key", func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into proof_witness (name, key, url, added_at, added_by) values ($1, $2, $3, $4, $5)`, k.Name(), key, at, s.Now.Ms(), who.Account)
		return err
	})
}

// AddOrigin makes us a witness of another log. Faults: Invalid key; Conflict; Denied.
func (s *Service) AddOrigin(ctx context.Context, who access.Actor, key string) error {
	k, err := tlog.ParseKnown(key)
	if err != nil || k.Witness() || len(key) > 500 {
		return fault.At("log", "proof.not_log_key")
	}
	if k.Name() == s.Log.Name() {
		return fault.At("log", "proof.own_log")
	}
	return s.trust(ctx, who, "proof.origin", key, "log", func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into proof_origin (name, key, added_at, added_by) values ($1, $2, $3, $4)`, k.Name(), key, s.Now.Ms(), who.Account)
		return err
	})
}

func (s *Service) trust(ctx context.Context, who access.Actor, action, key, field string, insert func(tx db.Tx) error) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if err := s.manages(ctx, tx, who); err != nil {
			return err
		}
		if err := insert(tx); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, 0, 0, map[string]any{"key": key}, "")
	})
	if db.IsDuplicate(err) {
		return fault.At(field, "proof.known_already")
	}
	return err
}

// Refusal is why a witness does not sign, with the HTTP status that c2sp.org/tlog-witness gives it.
type Refusal struct {
	Status int
	Why    string
}

func (r Refusal) Error() string { return r.Why }

// Cosign signs the head of another log, if it goes on from the one signed last. The answer is
// the line to put under it; for the head signed last the same line again, so that nobody has
// two signatures of one head to choose from. Errors: Refusal.
func (s *Service) Cosign(ctx context.Context, body string) (line string, err error) {
	a, err := tlog.ParseAsk(body)
	if err != nil {
		return "", Refusal{http.StatusBadRequest, "not a request to a witness"}
	}
	name, _, _ := strings.Cut(a.Signed, "\n")
	if err := s.knows(ctx, name); err != nil { // anybody may ask: strangers take no turn among writers
		return "", err
	}
	err = s.DB.Queue(ctx, "proof/"+name, func(tx db.Tx) error {
		o, err := origin(ctx, tx, name)
		if err != nil {
			return err
		}
		h, err := o.accept(a)
		if err != nil {
			return err
		}
		if line = o.line; line != "" && h.Size == o.Size {
			return nil
		}
		if line, err = tlog.Cosign(a.Signed, s.Witness); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `update proof_origin set size = $2, root = $3, line = $4 where name = $1`, o.Name, h.Size, written(h.Root), line)
		return err
	})
	return line, err
}

// knows refuses logs that we do not sign.
func (s *Service) knows(ctx context.Context, name string) error {
	return s.DB.Read(ctx, func(tx db.Tx) error {
		_, err := origin(ctx, tx, name)
		return err
	})
}

func origin(ctx context.Context, tx db.Tx, name string) (Origin, error) {
	o, err := db.One(ctx, tx, scanOrigin, `select name, key, size, root, line from proof_origin where name = $1`, clean(name))
	if fault.Of(err) == fault.Missing {
		err = Refusal{http.StatusNotFound, "unknown log"}
	}
	return o, err
}

// clean keeps what is not text away from the database.
func clean(name string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(name, "\x00", ""), "")
}

// accept decides whether a head may be signed after the last one.
func (o Origin) accept(a tlog.Ask) (h tlog.Head, err error) {
	key, err := tlog.ParseKnown(o.Key)
	if err != nil {
		return h, err
	}
	if h, _, err = tlog.Open(a.Signed, key); err != nil {
		return h, Refusal{http.StatusForbidden, "not signed by the log"}
	}
	old := tlog.Head{Origin: o.Name, Size: o.Size}
	if o.Size > 0 {
		if old.Root, err = parseHash(o.Root); err != nil {
			return h, err
		}
	}
	switch {
	case a.Old > h.Size:
		return h, Refusal{http.StatusBadRequest, "the old size is larger"}
	case a.Old != o.Size:
		return h, Refusal{http.StatusConflict, strconv.FormatInt(o.Size, 10)}
	case h.Size == old.Size && h.Size > 0 && h.Root != old.Root:
		return h, Refusal{http.StatusConflict, strconv.FormatInt(o.Size, 10)}
	case h.Size == old.Size:
		return h, nil
	}
	if err := tlog.CheckConsistency(a.Proof, h, old); err != nil {
		return h, Refusal{http.StatusUnprocessableEntity, "the log does not go on from what was signed"}
	}
	return h, nil
}

// askOne asks a witness, and once more from the size it says it knows.
func (s *Service) askOne(ctx context.Context, w Witness, h Head) error {
	line, size, err := s.post(ctx, w, h, w.Size)
	if err == nil && line == "" {
		line, _, err = s.post(ctx, w, h, size)
	}
	if err != nil {
		return err
	}
	return s.Countersigned(ctx, w.Name, h.Size, line)
}

// post sends one request: the answer is the line, or the size the witness knows.
func (s *Service) post(ctx context.Context, w Witness, h Head, old int64) (line string, size int64, err error) {
	var ask tlog.Ask
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		ask = tlog.Ask{Old: old, Signed: h.Signed}
		if old > 0 && old <= h.Size {
			ask.Proof, err = tlog.Consistency(h.Size, old, hashes(ctx, tx, nil))
		}
		return err
	})
	if err != nil {
		return "", 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, strings.NewReader(ask.Text()))
	if err != nil {
		return "", 0, err
	}
	client := s.Client
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return "", 0, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	switch {
	case err != nil:
		return "", 0, err
	case res.StatusCode == http.StatusOK:
		return string(b), 0, nil
	case res.StatusCode == http.StatusConflict:
		size, err = strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
		if err != nil || size > h.Size || size < 0 {
			err = errLonger
		}
		return "", size, err
	}
	return "", 0, fmt.Errorf("the witness answers %d", res.StatusCode)
}

// Countersigned keeps the line of a witness under the head of a size. Fault: Invalid for a line
// that is not the witness's signature of it.
func (s *Service) Countersigned(ctx context.Context, witness string, size int64, line string) error {
	return s.DB.Write(ctx, func(tx db.Tx) error {
		list, err := witnesses(ctx, tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(w Witness) bool { return w.Name == witness })
		if i < 0 {
			return fault.Gone()
		}
		h, err := db.One(ctx, tx, scanHead, `select size, at, root, signed from proof_head where size = $1`, size)
		if err != nil {
			return err
		}
		key, err := tlog.ParseKnown(list[i].Key)
		if err != nil {
			return err
		}
		own, err := tlog.ParseKnown(s.Log.Public())
		if err != nil {
			return err
		}
		if _, by, err := tlog.Open(h.Signed+line, own, key); err != nil || len(by) != 1 || strings.Count(line, "\n") != 1 {
			return fault.At("line", "proof.not_signature")
		}
		_, err = tx.ExecContext(ctx, `insert into proof_cosignature (size, witness, line, at) values ($1, $2, $3, $4) on conflict (size, witness) do nothing`,
			size, witness, line, s.Now.Ms())
		return err
	})
}
