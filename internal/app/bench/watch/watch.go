package watch

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"quantriet/internal/app/bench"
	"quantriet/internal/app/bench/checkin"
	"quantriet/internal/app/bench/morning"
	"quantriet/internal/kit/db"
	"quantriet/internal/schema"
)

// Watch is a measurement of live boards.
type Watch struct {
	Dir         string // to work in; a temporary one unless given
	URL         string // database to fill, which must be empty; a file in Dir unless given
	Watchers    int
	Sites, Each int // of the meeting, and people of each site
	Seconds     int // people are let in for so long
	Rate        int // sites a second that send their people
	Out         io.Writer

	m       morning.Morning
	server  *checkin.Server
	trust   *tls.Config
	units   []string // of the provinces
	known   frames
	commits []commit
	begun   atomic.Int64
	lost    atomic.Int64
}

// commit is a batch that was answered: when, whose, and how many there were then on the
// board of the whole, of the province and of the cell.
type commit struct {
	at                    time.Time
	province, cell        int
	whole, ofProv, ofCell int64
}

// Run fills, opens the watchers, lets people in and prints.
func (w *Watch) Run(ctx context.Context) error {
	if w.Dir == "" {
		dir, err := os.MkdirTemp("/var/tmp", "quantriet-watch-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		w.Dir = dir
	}
	if w.URL == "" {
		w.URL = filepath.Join(w.Dir, "quantriet.db")
	}
	if err := w.fill(ctx); err != nil {
		return err
	}
	var err error
	if w.server, w.trust, err = checkin.Start(ctx, w.Dir, w.URL); err != nil {
		return err
	}
	return errors.Join(w.measure(ctx), w.server.Stop())
}

func (w *Watch) fill(ctx context.Context) error {
	w.m = morning.Morning{Sites: w.Sites, Each: w.Each, Meetings: 1, Begins: time.Now().Add(5 * time.Minute)}
	d, err := db.Open(w.URL)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Migrate(ctx, schema.Files); err != nil {
		return err
	}
	began := time.Now()
	if err := w.m.Fill(ctx, d); err != nil {
		return err
	}
	_, durability, err := d.Size(ctx)
	bench.Conditions(w.Out, string(d.Engine()), durability)
	fmt.Fprintf(w.Out, "one meeting at %d sites, filled in %.1f s; %d watchers over TLS (HTTP/1.1, gzip) and the generator share the machine with the server\n", w.Sites, time.Since(began).Seconds(), w.Watchers)
	return err
}

func (w *Watch) measure(ctx context.Context) error {
	if err := w.provinces(); err != nil {
		return err
	}
	table := bench.Table{Out: w.Out}
	before := w.server.Peak()
	began := time.Now()
	all := w.open(ctx)
	defer closeAll(all)
	opened := time.Since(began)
	time.Sleep(2 * time.Second)
	table.Line("watchers that have their board", fmt.Sprint(w.begun.Load()), fmt.Sprint(w.Watchers), fmt.Sprintf("all connected and drawn in %.1f s", opened.Seconds()))
	busy, since := w.server.Busy(), time.Now()
	if err := w.letIn(ctx); err != nil {
		return err
	}
	time.Sleep(4 * time.Second)
	took := time.Since(since)
	cost := w.server.Busy() - busy
	lags, missed, got := w.lags(all)
	table.Line("memory of the server at its peak", fmt.Sprintf("%d MB", w.server.Peak()/1e6), "≤ 1000 MB", fmt.Sprintf("%d MB before the watchers", before/1e6))
	if n := len(lags); n > 0 {
		table.Line("commit seen on a board, median", ms(lags[n/2]), "", fmt.Sprintf("%d commits on %d boards", len(w.commits), len(all)))
		table.Line("99 of 100", ms(lags[n*99/100]), "", "")
		table.Line("the last of all", ms(lags[n-1]), "≤ 2 s", "from the answer at the door to the frame at the watcher")
	}
	table.Line("commits never seen by somebody who should", fmt.Sprint(missed), "0", "")
	table.Line("streams lost", fmt.Sprint(w.lost.Load()), "0", "")
	table.Line("messages a watcher and second", fmt.Sprintf("%.2f", float64(got)/float64(max(1, len(all)))/took.Seconds()), "≤ 1.25", "")
	table.Line("processor of the server", fmt.Sprintf("%.2f cores", cost.Seconds()/took.Seconds()), "", fmt.Sprintf("%d people let in meanwhile", w.total()))
	if missed > 0 || w.lost.Load() > 0 {
		return fmt.Errorf("%d commits were not seen, %d streams lost", missed, w.lost.Load())
	}
	return nil
}

func (w *Watch) total() (n int64) {
	for _, c := range w.commits {
		n = max(n, c.whole)
	}
	return n
}

func ms(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }

func (w *Watch) board() string { return "/meetings/" + w.m.Meeting(0).String() + "/board" }

// provinces reads the units one level down from the board itself.
func (w *Watch) provinces() error {
	body, err := w.ask(w.client(), "GET", "/api/v1"+w.board(), w.m.Officer(), "")
	if err != nil {
		return err
	}
	var v struct {
		Units []struct {
			Unit string `json:"unit"`
		} `json:"units"`
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return err
	}
	for _, u := range v.Units {
		if u.Unit != "" {
			w.units = append(w.units, u.Unit)
		}
	}
	if len(w.units) == 0 {
		return errors.New("the board shows no units")
	}
	return nil
}

func (w *Watch) client() *http.Client {
	return &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: w.trust.Clone(), ForceAttemptHTTP2: false}}
}

func (w *Watch) ask(c *http.Client, method, path, token, body string) ([]byte, error) {
	r, err := http.NewRequest(method, "https://"+w.server.Host()+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	a, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err == nil && a.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %d %.300s", method, path, a.StatusCode, b)
	}
	return b, err
}

// open connects every watcher, some hundred at a time, and returns when all have a board.
func (w *Watch) open(ctx context.Context) []*watcher {
	all := make([]*watcher, w.Watchers)
	places := make(chan struct{}, 128)
	var wg sync.WaitGroup
	for i := range all {
		all[i] = w.place(i)
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			if err := all[i].open(ctx); err != nil && w.lost.Add(1) < 4 {
				fmt.Fprintln(w.Out, "watcher:", err)
			}
		})
	}
	wg.Wait()
	return all
}

// place says what the ith watcher looks at: half of them the whole, three in ten a
// province, two in ten a cell of their own.
func (w *Watch) place(i int) *watcher {
	v := &watcher{Watch: w, token: w.m.Officer(), path: w.board() + "/stream", province: -1, cell: -1}
	switch k := i % 10; {
	case k >= 8:
		v.cell = i % w.Sites
		v.token = w.m.Token(v.cell)
	case k >= 5:
		v.province = i % len(w.units)
		v.path += "?unit=" + w.units[v.province]
	}
	return v
}

// letIn sends the people of one site after the other, one request at a time, so that it is
// known how many there were when each was answered.
func (w *Watch) letIn(ctx context.Context) error {
	c := w.client()
	codes := w.m.Codes()
	provinces := map[int]int64{}
	var whole int64
	pace := time.NewTicker(time.Second / time.Duration(w.Rate))
	defer pace.Stop()
	end := time.Now().Add(time.Duration(w.Seconds) * time.Second)
	for n := 0; time.Now().Before(end) && n < w.Sites && ctx.Err() == nil; n++ {
		i := n * 7919 % w.Sites // all over the country
		if n%3 == 0 {
			i = n / 3 * 10 % w.Sites // and at cells that somebody watches
		}
		if w.seen(i) {
			continue
		}
		var list []string
		for k := range w.Each {
			list = append(list, `"`+w.m.Code(codes, i*w.Each+k)+`"`)
		}
		path := "/api/v1/meetings/" + w.m.Meeting(0).String() + "/sites/" + w.m.Site(0, i).String() + "/records"
		if _, err := w.ask(c, "POST", path, w.m.Token(i), `{"codes":[`+strings.Join(list, ",")+`]}`); err != nil {
			return err
		}
		p := i * len(w.units) / w.Sites
		whole += int64(w.Each)
		provinces[p] += int64(w.Each)
		w.commits = append(w.commits, commit{time.Now(), p, i, whole, provinces[p], int64(w.Each)})
		<-pace.C
	}
	return nil
}

func (w *Watch) seen(cell int) bool {
	return slices.ContainsFunc(w.commits, func(c commit) bool { return c.cell == cell })
}

// lags are how long each commit took to every board that shows it, sorted; missed counts
// those that never came, got the messages.
func (w *Watch) lags(all []*watcher) (lags []time.Duration, missed, got int) {
	for _, v := range all {
		seen := v.seen()
		got += len(seen)
		at := 0
		for _, c := range w.commits {
			want, mine := v.shows(c)
			if !mine {
				continue
			}
			for at < len(seen) && seen[at].persons < want {
				at++
			}
			if at == len(seen) {
				missed++
				continue
			}
			lags = append(lags, max(0, seen[at].at.Sub(c.at)))
		}
	}
	slices.Sort(lags)
	return lags, missed, got
}
