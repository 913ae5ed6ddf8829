package metric

import (
	"bytes"
	"hash/crc32"
	"sync"

	"github.com/klauspost/compress/flate"
)

// chunk is a piece of a page with its compressed form, which is made when
// someone first asks for it and then kept.
type chunk struct {
	plain []byte

	once   sync.Once // Guards the making of the fields below.
	packed []byte    // Deflate blocks, none of them final, ending on a byte.
	sum    uint32    // CRC-32 of plain.
	err    error
}

// deflated returns the compressed form. Blocks of different chunks may follow
// one another in one stream, as none refers to what stands before it.
func (c *chunk) deflated() (packed []byte, sum uint32, err error) {
	c.once.Do(func() {
		c.packed, c.err = deflate(c.plain)
		c.sum = crc32.ChecksumIEEE(c.plain)
	})
	return c.packed, c.sum, c.err
}

// deflate compresses p into blocks without a final one.
func deflate(p []byte) ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(len(p)/8 + 64)
	w, err := flate.NewWriter(&buf, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(p); err != nil {
		return nil, err
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	return bytes.Clone(buf.Bytes()), nil
}
