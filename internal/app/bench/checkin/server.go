package checkin

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// server is the program that is measured, in a process of its own.
type server struct {
	cmd   *exec.Cmd
	host  string
	log   string
	ended chan error
}

// certify makes a certificate for this machine that is good for a day.
func certify(dir string) (cert, key string, err error) {
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	now := time.Now()
	of := &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "127.0.0.1"}, NotBefore: now.Add(-time.Hour),
		NotAfter: now.Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	raw, err := x509.CreateCertificate(rand.Reader, of, of, secret.Public(), secret)
	if err != nil {
		return "", "", err
	}
	private, err := x509.MarshalECPrivateKey(secret)
	if err != nil {
		return "", "", err
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	return cert, key, errors.Join(
		os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600),
		os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private}), 0o600))
}

// trust reads a certificate as the only one a client believes.
func trust(cert string) (*tls.Config, error) {
	b, err := os.ReadFile(cert)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(b) {
		return nil, errors.New("no certificate in " + cert)
	}
	return &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", ClientSessionCache: tls.NewLRUClientSessionCache(64)}, nil
}

// serve starts "quantriet serve" and waits until it listens.
func serve(ctx context.Context, data, db, cert, key string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &server{log: filepath.Join(data, "server.log")}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	log, err := os.Create(s.log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s.cmd = exec.Command(self, "serve", "--data", data, "--db", db, "--listen", "127.0.0.1:0", "--cert", cert, "--key", key)
	s.cmd.Stderr = log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	said, err := lines.ReadString('\n')
	_, base, ok := strings.Cut(strings.TrimSpace(said), ": ")
	u, bad := url.Parse(base)
	if err != nil || !ok || bad != nil {
		s.stop()
		b, _ := os.ReadFile(s.log)
		return nil, fmt.Errorf("the server did not start: %.300s %.600s", said, b)
	}
	s.host = u.Host
	go func() {
		for err == nil {
			_, err = lines.ReadString('\n')
		}
	}()
	return s, nil
}

// start starts the process from a thread that lasts as long as it: the system ends the server
// when that thread is gone, so that nothing is left behind however the measurement ends.
func (s *server) start() error {
	started := make(chan error)
	s.ended = make(chan error, 1)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	go func() {
		runtime.LockOSThread()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			s.ended <- s.cmd.Wait()
		}
	}()
	return <-started
}

// peak is the most memory the server has had, in bytes; 0 when not known.
func (s *server) peak() int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		var kb int64
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kb); err == nil {
			return kb << 10
		}
	}
	return 0
}

// busy is the processor time the server has taken.
func (s *server) busy() time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	var state string
	var n [10]int64
	var user, system int64
	fmt.Sscan(rest, &state, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8], &n[9], &user, &system)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// stop ends the server as its keeper would, after half a minute by force.
func (s *server) stop() error {
	s.cmd.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(30*time.Second, func() { s.cmd.Process.Kill() })
	defer late.Stop()
	return <-s.ended
}
