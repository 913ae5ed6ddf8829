package records

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// A chunk's header, little endian: magic, length of the frame, length of what
// it holds, number of records, checksum of the four and of the frame.
const (
	magic      = 0x3143524c // "LRC1".
	headerSize = 5 * 4
	sumAt      = 4 * 4
)

// What a frame holds is, for each record, its length as an unsigned varint;
// then the records themselves.

// maxChunk bounds what a header can make a reader allocate.
const maxChunk = 1 << 30

type header struct {
	frame, content, records uint32
	sum                     uint32
}

var errHeader = errors.New("no chunk begins here")

func parseHeader(b []byte) (header, error) {
	if len(b) < headerSize || binary.LittleEndian.Uint32(b) != magic {
		return header{}, errHeader
	}
	h := header{
		frame:   binary.LittleEndian.Uint32(b[4:]),
		content: binary.LittleEndian.Uint32(b[8:]),
		records: binary.LittleEndian.Uint32(b[12:]),
		sum:     binary.LittleEndian.Uint32(b[sumAt:]),
	}
	if h.frame > maxChunk || h.content > maxChunk || h.records > maxRecords {
		return header{}, fmt.Errorf("%w: %d bytes for %d of %d records", errHeader, h.frame, h.content, h.records)
	}
	return h, nil
}

// codec compresses and decompresses chunks. It is safe for concurrent use.
type codec struct {
	encoders sync.Pool
	decoder  func() (*zstd.Decoder, error)
}

func newCodec() *codec {
	return &codec{
		encoders: sync.Pool{New: func() any { return newEncoder() }},
		decoder:  sync.OnceValues(func() (*zstd.Decoder, error) { return zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxChunk)) }),
	}
}

func newEncoder() *zstd.Encoder {
	// The options are constants that zstd takes.
	enc, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	return enc
}

// append appends a chunk of records to dst, using content as scratch space.
func (c *codec) append(dst, content []byte, records [][]byte) (out, scratch []byte) {
	content = content[:0]
	for _, r := range records {
		content = binary.AppendUvarint(content, uint64(len(r)))
	}
	for _, r := range records {
		content = append(content, r...)
	}
	from := len(dst)
	dst = append(dst, make([]byte, headerSize)...)
	enc := c.encoders.Get().(*zstd.Encoder)
	dst = enc.EncodeAll(content, dst)
	c.encoders.Put(enc)
	seal(dst[from:], len(content), len(records))
	return dst, content
}

// seal fills in the header of a chunk.
func seal(chunk []byte, content, records int) {
	binary.LittleEndian.PutUint32(chunk, magic)
	binary.LittleEndian.PutUint32(chunk[4:], uint32(len(chunk)-headerSize))
	binary.LittleEndian.PutUint32(chunk[8:], uint32(content))
	binary.LittleEndian.PutUint32(chunk[12:], uint32(records))
	binary.LittleEndian.PutUint32(chunk[sumAt:], checksum(chunk))
}

// checksum returns the CRC-32C of a chunk but for the sum itself.
func checksum(chunk []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	return crc32.Update(crc32.Checksum(chunk[:sumAt], table), table, chunk[headerSize:])
}

// read reads the chunk that begins at an offset.
func (c *codec) read(r io.ReaderAt, offset, size int64) ([][]byte, error) {
	var head [headerSize]byte
	if _, err := r.ReadAt(head[:], offset); err != nil {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	h, err := parseHeader(head[:])
	if err != nil {
		return nil, err
	}
	if end := offset + headerSize + int64(h.frame); end > size {
		return nil, fmt.Errorf("the chunk ends at byte %d, the file at byte %d", end, size)
	}
	chunk := make([]byte, headerSize+int(h.frame))
	if _, err := r.ReadAt(chunk, offset); err != nil {
		return nil, fmt.Errorf("read the chunk: %w", err)
	}
	if checksum(chunk) != h.sum {
		return nil, errors.New("the chunk's checksum does not match")
	}
	return c.decode(h, chunk[headerSize:])
}

func (c *codec) decode(h header, frame []byte) ([][]byte, error) {
	dec, err := c.decoder()
	if err != nil {
		return nil, fmt.Errorf("make a decoder: %w", err)
	}
	content, err := dec.DecodeAll(frame, make([]byte, 0, h.content))
	if err != nil {
		return nil, fmt.Errorf("decompress the chunk: %w", err)
	}
	return split(content, int(h.records))
}

// split cuts what a frame holds into its records.
func split(content []byte, n int) ([][]byte, error) {
	records, lengths := make([][]byte, n), make([]uint64, n)
	for i := range lengths {
		v, k := binary.Uvarint(content)
		if k <= 0 {
			return nil, fmt.Errorf("the length of record %d of %d is missing", i, n)
		}
		lengths[i], content = v, content[k:]
	}
	for i, v := range lengths {
		if v > uint64(len(content)) {
			return nil, fmt.Errorf("record %d of %d has %d bytes, %d are left", i, n, v, len(content))
		}
		records[i], content = content[:v:v], content[v:]
	}
	return records, nil
}
