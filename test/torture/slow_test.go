package torture

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const dawdleEnv = "QUANTRIET_TORTURE_DAWDLE"

// dawdle opens connections that send a letter of a request a second and never come to its end: half of them of the
// headers, half of the body of a station's upload. A connection that is closed is opened anew, for forty seconds.
func dawdle(order string) {
	var host string
	var connections int
	fmt.Sscan(order, &host, &connections)
	ctx, stop := context.WithTimeout(context.Background(), 40*time.Second)
	defer stop()
	var up, shut atomic.Int64
	var all sync.WaitGroup
	for i := range connections {
		all.Go(func() {
			for ctx.Err() == nil {
				linger(ctx, host, i%2 == 0, &up)
				shut.Add(1)
			}
		})
		if i%20 == 0 {
			time.Sleep(5 * time.Millisecond)
		}
	}
	for ctx.Err() == nil {
		time.Sleep(500 * time.Millisecond)
		fmt.Println("up", up.Load(), shut.Load())
	}
	all.Wait()
}

func linger(ctx context.Context, host string, head bool, up *atomic.Int64) {
	d := net.Dialer{Timeout: 5 * time.Second}
	c, err := d.DialContext(ctx, "tcp", host)
	if err != nil {
		time.Sleep(time.Second)
		return
	}
	defer c.Close()
	up.Add(1)
	defer up.Add(-1)
	begin := "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "
	if !head {
		begin = "POST /api/v1/stations/0000000000001/scans HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer qs_x\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n{\"scans\":["
	}
	if _, err := io.WriteString(c, begin); err != nil {
		return
	}
	go func() { // the server may close first
		io.Copy(io.Discard, c)
		c.Close()
	}()
	for ctx.Err() == nil {
		time.Sleep(time.Second)
		if _, err := c.Write([]byte{' '}); err != nil {
			return
		}
	}
}

// TestSlowConnections lets 8,000 connections dawdle, from another process. Whoever asks for a page meanwhile waits 50 ms at most
// in 95 of 100 cases, and a station is not turned away.
func TestSlowConnections(t *testing.T) {
	if !long {
		t.Skip("SKIPPED: 8,000 slow connections take most of a minute: make torture")
	}
	dir := t.TempDir()
	program := os.Getenv("QUANTRIET_TORTURE_PROGRAM") // built already
	if program == "" {
		program = filepath.Join(dir, "quantriet")
		do(t, "go", "build", "-o", program, "quantriet/cmd/quantriet")
	}
	server := exec.Command(program, "serve", "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0")
	out, err := server.StdoutPipe()
	must(t, err)
	must(t, server.Start())
	defer func() { server.Process.Kill(); server.Wait() }()
	said, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	_, base, _ := strings.Cut(strings.TrimSpace(said), ": ")
	u, err := url.Parse(base)
	must(t, err)

	quiet, _ := look(t, base, 3*time.Second)
	slow := exec.Command(os.Args[0])
	slow.Env = append(os.Environ(), dawdleEnv+"="+u.Host+" 8000")
	lines, err := slow.StdoutPipe()
	must(t, err)
	must(t, slow.Start())
	defer func() { slow.Process.Kill(); slow.Wait() }()
	r, up, shut := bufio.NewReader(lines), 0, 0
	for up < 7000 {
		line, err := r.ReadString('\n')
		must(t, err)
		fmt.Sscanf(line, "up %d %d", &up, &shut)
	}
	go io.Copy(io.Discard, r)
	loaded, turned := look(t, base, 15*time.Second)
	t.Logf("%d slow connections (%d were closed by the server so far): pages p95 %s, quiet %s; %d uploads of stations turned away", up, shut, loaded, quiet, turned)
	if loaded > 50*time.Millisecond {
		t.Errorf("with %d slow connections a page takes %s, quiet %s", up, loaded, quiet)
	}
	if turned > 0 {
		t.Errorf("%d uploads of stations were turned away", turned)
	}
}

// look asks for a page and sends an upload, again and again; the 95th percentile of the page, and how many uploads found no room.
func look(t *testing.T, base string, long time.Duration) (p95 time.Duration, turned int) {
	t.Helper()
	client := &http.Client{Timeout: 20 * time.Second}
	var times []time.Duration
	for end := time.Now().Add(long); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		began := time.Now()
		a, err := client.Get(base + "/sign-in")
		must(t, err)
		io.Copy(io.Discard, a.Body)
		a.Body.Close()
		times = append(times, time.Since(began))
		if a.StatusCode != 200 {
			t.Fatal("sign-in page: " + strconv.Itoa(a.StatusCode))
		}
		a, err = client.Post(base+"/api/v1/stations/0000000000001/scans", "application/json", strings.NewReader(`{"sent":1,"scans":[]}`))
		must(t, err)
		a.Body.Close()
		if a.StatusCode == 503 {
			turned++
		}
	}
	slices.Sort(times)
	return times[len(times)*95/100], turned
}
