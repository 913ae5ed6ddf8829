package usage

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// The files of this package are a magic line, then blocks of zstd data, each
// after its length in four bytes, a block of length 0, and the SHA-256 of what
// the blocks decompress to. A reader thus never reads beyond the end, and
// several can stand in one file.
const (
	indexMagic = "leastward usage index 2\n"
	indexOld   = "leastward usage index 1\n" // Without resources.
	seenMagic  = "leastward seen events 1\n"
	blockSize  = 1 << 20
)

// ErrCorrupt is what reading a damaged file ends in.
var ErrCorrupt = errors.New("damaged; remove the file and let it be rebuilt from the logs")

// encoder writes the values of a file. Its first error sticks.
type encoder struct {
	out    io.Writer
	zip    *zstd.Encoder
	sum    hash.Hash
	block  bytes.Buffer
	packed []byte
	n      int64
	err    error
}

func newEncoder(w io.Writer, magic string) (*encoder, error) {
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("make a zstd encoder: %w", err)
	}
	e := &encoder{out: w, zip: zip, sum: sha256.New()}
	e.raw([]byte(magic))
	return e, nil
}

func (e *encoder) raw(b []byte) {
	if e.err != nil {
		return
	}
	n, err := e.out.Write(b)
	e.n += int64(n)
	e.err = err
}

func (e *encoder) flush() {
	if e.block.Len() == 0 {
		return
	}
	e.sum.Write(e.block.Bytes())
	e.packed = e.zip.EncodeAll(e.block.Bytes(), e.packed[:0])
	e.block.Reset()
	e.raw(binary.BigEndian.AppendUint32(nil, uint32(len(e.packed)))) //nolint:gosec // about a MiB
	e.raw(e.packed)
}

func (e *encoder) uint(v uint64) {
	e.block.Write(binary.AppendUvarint(e.block.AvailableBuffer(), v))
	if e.block.Len() >= blockSize {
		e.flush()
	}
}

func (e *encoder) string(s string) {
	e.uint(uint64(len(s)))
	e.block.WriteString(s)
}

func (e *encoder) bytes(b []byte) { e.block.Write(b) }

// close ends the file and returns how many bytes were written.
func (e *encoder) close() (int64, error) {
	e.flush()
	e.raw(make([]byte, 4))
	e.raw(e.sum.Sum(nil))
	_ = e.zip.Close() // It writes nothing by itself.
	return e.n, e.err
}

// decoder reads what encoder wrote. Its first error sticks, and values after
// it are zero.
type decoder struct {
	in    io.Reader
	unzip *zstd.Decoder
	sum   hash.Hash
	data  []byte
	n     int64
	err   error
	done  bool
	old   bool // The file is of an earlier version.
}

// The first magic is that of this version; others, as long as it, are read too.
func newDecoder(r io.Reader, magic string, others ...string) (*decoder, error) {
	unzip, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	if err != nil {
		return nil, fmt.Errorf("make a zstd decoder: %w", err)
	}
	d := &decoder{in: r, unzip: unzip, sum: sha256.New()}
	got := make([]byte, len(magic))
	d.raw(got)
	d.old = slices.Contains(others, string(got))
	if d.err == nil && string(got) != magic && !d.old {
		d.err = fmt.Errorf("begins with %q, not %q: another kind of file, or one of another version of leastward; "+
			"remove it and let it be rebuilt from the logs", got, magic)
	}
	return d, nil
}

func (d *decoder) raw(b []byte) {
	if d.err != nil {
		return
	}
	n, err := io.ReadFull(d.in, b)
	d.n += int64(n)
	if err != nil {
		d.err = fmt.Errorf("ends early at byte %d: %w (%w)", d.n, ErrCorrupt, err)
	}
}

// next decompresses the next block and reports whether there was one.
func (d *decoder) next() bool {
	var head [4]byte
	d.raw(head[:])
	size := binary.BigEndian.Uint32(head[:])
	if d.err != nil || size == 0 {
		d.done = true
		return false
	}
	if size > 2*blockSize {
		d.fail("a block of %d bytes", size)
		return false
	}
	packed := make([]byte, size)
	d.raw(packed)
	if d.err != nil {
		return false
	}
	plain, err := d.unzip.DecodeAll(packed, nil)
	if err != nil {
		d.fail("%v", err)
		return false
	}
	d.sum.Write(plain)
	d.data = append(bytes.Clone(d.data), plain...)
	return true
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("at byte %d: %s: %w", d.n, fmt.Sprintf(format, args...), ErrCorrupt)
	}
}

// need makes n bytes available.
func (d *decoder) need(n int) bool {
	for len(d.data) < n && d.err == nil && !d.done {
		d.next()
	}
	return len(d.data) >= n
}

func (d *decoder) uint(most uint64) uint64 {
	d.need(binary.MaxVarintLen64) // Or less, at the end.
	v, n := binary.Uvarint(d.data)
	if d.err == nil && (n <= 0 || v > most) {
		d.fail("a number is out of range")
	}
	if d.err != nil {
		return 0
	}
	d.data = d.data[n:]
	return v
}

func (d *decoder) bytes(n int) []byte {
	if !d.need(n) {
		d.fail("ends within a value")
		return make([]byte, n)
	}
	b := d.data[:n]
	d.data = d.data[n:]
	return b
}

// maxString bounds the strings of a file: an action, an ARN, an event source.
const maxString = 1 << 16

func (d *decoder) string() string {
	n := d.uint(maxString)
	return string(d.bytes(int(n))) //nolint:gosec // limited just here
}

// close checks the end of the file and returns how many bytes were read.
func (d *decoder) close() (int64, error) {
	defer d.unzip.Close()
	if d.err == nil && (len(d.data) > 0 || !d.done && d.next()) {
		d.fail("goes on behind its end")
	}
	got := d.sum.Sum(nil)
	want := make([]byte, len(got))
	if d.raw(want); d.err == nil && !bytes.Equal(got, want) {
		d.fail("the checksum is wrong")
	}
	return d.n, d.err
}
