// Package sealing measures the log: how long the reports of a whole nation take to be sealed,
// how long the auditor's program takes to check them, and what the export weighs.
package sealing

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"quantriet/internal/app"
	"quantriet/internal/app/bench"
	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Sealing is a measurement.
type Sealing struct {
	Config  app.Config // of an empty database
	Reports int        // 52,000 is a year of a nation's reporting units
	Writers int        // who send and accept at once
	Verify  string     // the auditor's program; "" leaves it out
	Out     io.Writer

	app   *app.App
	table bench.Table
}

// rows are how many lines one report leaves in the log: it is sent, a step is noted, it is
// accepted, a step is noted.
var kinds = []string{"report.send", "report.event", "report.accept", "report.event"}

// Run seals, exports, checks and prints.
func (s *Sealing) Run(ctx context.Context) (err error) {
	s.table.Out = s.Out
	if s.app, err = s.Config.Open(ctx); err != nil {
		return err
	}
	defer s.app.DB.Close()
	s.app.Proof.Rows = map[string]proof.Rows{"report": s.rows}
	bench.Conditions(s.Out, string(s.app.DB.Engine()), "full")
	if err := s.seal(ctx); err != nil {
		return err
	}
	return s.check(ctx)
}

// seal sends and accepts every report, each step in a transaction of its own as at the desks,
// while the log is signed every second as it always is; it ends when the last line is signed.
func (s *Sealing) seal(ctx context.Context) error {
	began := time.Now()
	stop, signer := make(chan struct{}), make(chan error, 1)
	go func() { signer <- s.sign(ctx, stop) }()
	err := s.send(ctx)
	sent := time.Since(began)
	close(stop)
	if e := <-signer; err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	took := time.Since(began)
	h, err := s.app.Proof.Last(ctx)
	if err == nil && h.Size != int64(s.Reports*len(kinds)) {
		err = fmt.Errorf("%d lines are signed, want %d", h.Size, s.Reports*len(kinds))
	}
	s.table.Line(fmt.Sprintf("sealing %d reports, sent and accepted", s.Reports), bench.Round(took), "52,000: ≤ 60 s",
		fmt.Sprintf("%d lines by %d writers, each step its own transaction; last transaction after %s; a report's text is %d bytes", h.Size, s.Writers, bench.Round(sent), len(body(0, 0))))
	return err
}

func (s *Sealing) send(ctx context.Context) error {
	var next atomic.Int64
	var all sync.WaitGroup
	errs := make(chan error, s.Writers)
	for range s.Writers {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= s.Reports {
					return
				}
				for step := 0; step < len(kinds); step += 2 {
					if err := s.step(ctx, i, step); err != nil {
						errs <- err
						return
					}
				}
			}
		})
	}
	all.Wait()
	close(errs)
	return <-errs
}

// step is what a sending or an acceptance adds to its transaction for the log, and the entry that every change leaves.
func (s *Sealing) step(ctx context.Context, i, step int) error {
	return s.app.DB.Write(ctx, func(tx db.Tx) error {
		for k := step; k < step+2; k++ {
			if err := proof.Append(ctx, tx, s.app.Now.Ms(), row(i, k)); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, access.System("bench"), s.app.Now.Ms(), kinds[step], id.ID(1+i), 0, nil, "")
	})
}

// sign gives places and signs heads every second until stop, then until nothing waits.
func (s *Sealing) sign(ctx context.Context, stop chan struct{}) error {
	for last := false; ; {
		for more := true; more; {
			var err error
			if more, err = s.app.Proof.Advance(ctx); err != nil {
				return err
			}
		}
		if last {
			return nil
		}
		select {
		case <-stop:
			last = true
		case <-time.After(time.Second):
		}
	}
}

func row(i, k int) proof.Row {
	r := proof.Row{Kind: kinds[k], Subject: id.ID(1 + i), Version: 1, Body: body(i, k)}
	if kinds[k] == "report.event" {
		r.Subject, r.Version = id.ID(1+i)<<2|id.ID(k), 0
	}
	return r
}

// body is a text such as a report of a grassroots unit has: some forty figures for each of four documents, its part of the
// appendix, and six paragraphs; a step has a few hundred bytes.
func body(i, k int) string {
	type figure struct {
		Code     string
		Document id.ID
		Value    int64
		By       string
	}
	v := struct {
		Report, Campaign, Unit id.ID
		Version                int64
		Number, State, Remark  string
		Texts                  []string
		Figures                []figure
	}{Report: id.ID(1 + i), Campaign: 1, Unit: id.ID(1 + i), Version: 1, Number: fmt.Sprintf("%d-BC/ĐU", i), State: kinds[k]}
	if k == 0 {
		for range 6 {
			v.Texts = append(v.Texts, strings.Repeat("Cấp ủy đã quán triệt, phân công, theo dõi từng chi bộ. ", 8))
		}
		for d := range 4 {
			for f := range 24 {
				v.Figures = append(v.Figures, figure{fmt.Sprintf("figure_%02d", f), id.ID(d), int64(i % 997 * f), "Cán bộ mẫu"})
			}
		}
	}
	b, _ := json.Marshal(v)
	return string(b)
}

func (s *Sealing) rows(_ context.Context, _ db.Tx, yield func(proof.Row) error) error {
	for i := range s.Reports {
		for k := range kinds {
			if err := yield(row(i, k)); err != nil {
				return err
			}
		}
	}
	return nil
}

// check exports the year and has it checked by the program that auditors use.
func (s *Sealing) check(ctx context.Context) error {
	path := filepath.Join(s.Config.Data, "log.jsonl")
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := s.app.Proof.Dump(ctx, f); err != nil {
		return err
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	s.table.Line("exporting them", bench.Round(time.Since(began)), "", fmt.Sprintf("%d MB", at/1e6))
	if err := f.Close(); err != nil || s.Verify == "" {
		return err
	}
	began = time.Now()
	cmd := exec.CommandContext(ctx, s.Verify, "-key", s.app.Proof.Log.Public(), path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %.2000s", err, out)
	}
	s.table.Line("quantriet-verify checks them", bench.Round(time.Since(began)), "52,000: ≤ 60 s",
		fmt.Sprintf("one process, %s CPU", bench.Round(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())))
	return nil
}
