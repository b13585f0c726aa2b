package live

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"sync"
)

// frame is one message of a stream, put together once for all who watch: as text, and
// packed so that frames can follow each other in one gzip stream.
type frame struct {
	plain, packed []byte
}

// message writes an event of the protocol; name "" is an ordinary message.
func message(name string, data []byte) []byte {
	var b bytes.Buffer
	if name != "" {
		b.WriteString("event: " + name + "\n")
	}
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		b.WriteString("data: ")
		b.Write(bytes.TrimSuffix(line, []byte("\r")))
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	return b.Bytes()
}

var packers = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, 5)
	return w
}}

// pack compresses by itself what may stand at any place of a stream: it refers to nothing
// before it and ends on a whole byte.
func pack(plain []byte) frame {
	var b bytes.Buffer
	w := packers.Get().(*flate.Writer)
	defer packers.Put(w)
	w.Reset(&b)
	w.Write(plain)
	w.Flush()
	return frame{plain, bytes.Clone(b.Bytes())}
}

// The frames that every stream has.
var (
	hello = pack([]byte("retry: 2000\n\n"))
	beat  = pack([]byte("event: beat\ndata:\n\n"))
)

// gzipHead begins a gzip stream without a name or a time.
var gzipHead = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}

// gzipTail ends one that held size bytes.
func gzipTail(crc, size uint32) []byte {
	tail := []byte{1, 0, 0, 255, 255} // an empty last block
	tail = binary.LittleEndian.AppendUint32(tail, crc)
	return binary.LittleEndian.AppendUint32(tail, size)
}

// sum goes on with the checksum of a stream.
func sum(crc uint32, f frame) uint32 { return crc32.Update(crc, crc32.IEEETable, f.plain) }
