package seal

import (
	"bufio"
	"bytes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const header = `# Khóa mã hóa dữ liệu cá nhân. Mất tệp này thì không đọc lại được số căn cước, điện thoại và mã xác thực đã lưu.
# Keys of sealed personal data. Without this file they cannot be read again. Keep a copy apart from the backups.
`

// Load reads the key file at path. Error: fs.ErrNotExist when there is none.
func Load(path string) (*Box, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	box, err := parse(b)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return box, nil
}

// Create makes a key file with new keys, never over another one: of two programs that
// start together both use the file of the first.
func Create(path string) (*Box, error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".seal-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(header + line("seal", random(keySize)) + line("find", random(keySize)))
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	return Load(path)
}

func line(use string, key []byte) string {
	number := binary.BigEndian.Uint32(random(idSize))
	return fmt.Sprintf("%s %08x %s\n", use, number, base64.StdEncoding.EncodeToString(key))
}

func parse(b []byte) (*Box, error) {
	box := &Box{keys: map[uint32]cipher.AEAD{}}
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		f := strings.Fields(s.Text())
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if len(f) != 3 {
			return nil, errors.New("a line has not three parts")
		}
		number, err := strconv.ParseUint(f[1], 16, 32)
		if err != nil {
			return nil, errors.New("a key has no number")
		}
		key, err := base64.StdEncoding.DecodeString(f[2])
		if err != nil || len(key) != keySize {
			return nil, errors.New("a key is damaged")
		}
		switch f[0] {
		case "seal":
			box.add(key, uint32(number))
		case "find":
			box.find = key
		}
	}
	if len(box.keys) == 0 || box.find == nil {
		return nil, errors.New("a key is missing")
	}
	return box, nil
}
