package metric

import (
	"encoding/binary"
	"hash/crc32"
	"io"
)

// writeGzip writes the chunks as one gzip member (RFC 1952) joined from their
// deflate blocks: the large, unchanged ones are compressed once in their life,
// and clients that read a single member see all of it.
func writeGzip(w io.Writer, chunks []*chunk) error {
	const header = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" // No name, no time, unknown system.
	if _, err := io.WriteString(w, header); err != nil {
		return err
	}
	var sum, size uint32
	for _, c := range chunks {
		packed, s, err := c.deflated()
		if err != nil {
			return err
		}
		if _, err := w.Write(packed); err != nil {
			return err
		}
		sum = combine(sum, s, len(c.plain))
		size += uint32(len(c.plain)) //nolint:gosec // The format wants the size modulo 2^32.
	}
	trailer := []byte{0x03, 0x00} // An empty final block.
	trailer = binary.LittleEndian.AppendUint32(trailer, sum)
	_, err := w.Write(binary.LittleEndian.AppendUint32(trailer, size))
	return err
}

// combine returns the CRC-32 of a text from those of its two parts, of which
// the second has n bytes. A CRC is a polynomial over GF(2), so appending n
// bytes multiplies the first part's by x^(8n), modulo the CRC's polynomial.
func combine(first, second uint32, n int) uint32 {
	shift := uint32(1) << 31  // x^0, in the reflected order of bits.
	square := uint32(1) << 23 // x^8, squared in each round.
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			shift = multiply(shift, square)
		}
		square = multiply(square, square)
	}
	return multiply(first, shift) ^ second
}

// multiply multiplies two polynomials modulo the CRC's polynomial.
func multiply(a, b uint32) uint32 {
	var product uint32
	for bit := uint32(1) << 31; bit != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
		}
		if b&1 == 1 {
			b = b>>1 ^ crc32.IEEE
		} else {
			b >>= 1
		}
	}
	return product
}
