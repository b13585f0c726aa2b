package seal

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestSeal(t *testing.T) {
	a, b := Fresh(), Fresh()
	plain := []byte("001099012345")
	sealed := a.Seal(plain, "person.identity 7")
	if bytes.Contains(sealed, plain) || bytes.Equal(sealed, a.Seal(plain, "person.identity 7")) {
		t.Error("a seal shows what it holds")
	}
	for _, c := range []struct {
		say    string
		box    *Box
		sealed []byte
		about  string
		ok     bool
	}{
		{"what was sealed is opened", a, sealed, "person.identity 7", true},
		{"not for somebody else", a, sealed, "person.identity 8", false},
		{"not with another installation's key", b, sealed, "person.identity 7", false},
		{"not when it was changed", a, append(bytes.Clone(sealed[:len(sealed)-1]), sealed[len(sealed)-1]^1), "person.identity 7", false},
		{"not when it was cut", a, sealed[:10], "person.identity 7", false},
		{"nothing is no seal", a, nil, "", false},
	} {
		got, err := c.box.Open(c.sealed, c.about)
		if c.ok && (err != nil || !bytes.Equal(got, plain)) || !c.ok && !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %q %v", c.say, got, err)
		}
	}
	if !a.Knows(sealed) || b.Knows(sealed) || a.Knows(nil) {
		t.Error("whose key it is")
	}
	if once, again := a.Find("phone", "1"), a.Find("phone", "1"); once != again || a.Find("phone", "1") == a.Find("identity", "1") || a.Find("phone", "1") == b.Find("phone", "1") || a.Find("x", "") < 0 {
		t.Error("the keyed hash")
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seal.key")
	if _, err := Load(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	var all [4]*Box
	var wait sync.WaitGroup
	for i := range all {
		wait.Go(func() { all[i], _ = Create(path) })
	}
	wait.Wait()
	sealed := all[0].Seal([]byte("x"), "")
	for _, b := range all {
		if _, err := b.Open(sealed, ""); err != nil {
			t.Error("two programs made two keys:", err)
		}
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Error("the key file is readable by", info.Mode())
	}

	file, _ := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	file.WriteString(line("seal", random(keySize)))
	file.Close()
	turned, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := turned.Open(sealed, ""); err != nil {
		t.Error("after a new key the old seals still open:", err)
	}
	if turned.now == all[0].now || turned.Find("a", "b") != all[0].Find("a", "b") {
		t.Error("a new key is used for new seals, the hashes stay")
	}
	for _, bad := range []string{"", "seal 1", "seal x AAAA", "find 1 AAAA", "seal 1 !", "# only a remark"} {
		os.WriteFile(path, []byte(bad), 0o600)
		if _, err := Load(path); err == nil {
			t.Errorf("%q was taken for keys", bad)
		}
	}
}

func TestKey(t *testing.T) {
	a, b := Fresh(), Fresh()
	if !bytes.Equal(a.Key("x"), a.Key("x")) || bytes.Equal(a.Key("x"), a.Key("y")) || bytes.Equal(a.Key("x"), b.Key("x")) {
		t.Error("a key is its purpose's and its installation's")
	}
}
