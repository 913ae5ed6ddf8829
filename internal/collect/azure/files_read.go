package azure

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"
	"unicode/utf16"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// FileOptions tell how exported files are read.
type FileOptions struct {
	// Now is when the files were exported: what they say holds at that time.
	Now    time.Time
	Logger *slog.Logger // Nil discards.
}

// Estate is what a set of files tells of Azure.
type Estate struct {
	// Systems are the subscriptions, by id.
	Systems []*entitlement.Inventory
	Stats   Stats
	// Problems are those of files and of what concerns every subscription;
	// those of one are in its inventory.
	Problems []entitlement.Problem
}

// The reasons for which a record of an export is passed over, beside those of
// package records.
const (
	// NotRBAC is something that has no part in Azure's access control, such as a
	// role of Microsoft Entra.
	NotRBAC records.Reason = "not_rbac"
	// OutsideSubscriptions is something of the tenant that is in no
	// subscription, such as a grant on a billing account.
	OutsideSubscriptions records.Reason = "outside_subscriptions"
	// NotInForce is a schedule that was revoked or never granted.
	NotInForce records.Reason = "not_in_force"
	// MorePages is the code of the problem that pages of a list are missing.
	MorePages records.Reason = "more_pages"
)

// Stats count the records of the files: In = Taken + the sum of Rejected.
type Stats struct {
	Files    int // Files read.
	Ignored  int // Files in a directory that are nothing like JSON.
	In       int
	Taken    int
	Rejected map[records.Reason]int
	Refused  map[records.Reason]int // Files of which nothing could be read.
}

// maxFile is the size in bytes, after decompression, above which a file is
// refused: it is held in memory.
const maxFile = 2 << 30

// ReadEntitlements reads exported files, each path a file, a directory or a
// glob. An error means that a path is wrong or that ctx ended; what is wrong in
// a file is a problem.
func ReadEntitlements(ctx context.Context, paths []string, o FileOptions) (*Estate, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now.IsZero() {
		return nil, errors.New("read exported files of Azure: FileOptions.Now is not set")
	}
	c := newCollection(o.Now)
	for _, path := range paths {
		files, err := records.Files(path)
		if err != nil {
			return nil, fmt.Errorf("read exported files of Azure: %w", err)
		}
		if len(files) == 0 {
			c.refuse(records.EmptyDirectory, path, "the directory holds no files; check the path")
		}
		for _, f := range files {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("read exported files of Azure: %w", err)
			}
			c.readFile(f)
		}
	}
	e := c.assemble()
	o.Logger.InfoContext(ctx, "read exported files of azure", "files", e.Stats.Files, "records", e.Stats.In,
		"taken", e.Stats.Taken, "subscriptions", len(e.Systems), "problems", len(e.Problems))
	return e, nil
}

func (c *collection) readFile(f records.File) {
	file, err := os.Open(f.Path)
	if err != nil {
		c.refuse(records.Unreadable, f.Path, fmt.Sprintf("%v; check the file's permissions", err))
		return
	}
	defer file.Close() //nolint:errcheck // opened for reading
	c.readFrom(file, f.Path, f.Found)
}

// readFrom reads a file's records. Found tells that it stood in a directory,
// where files that are nothing like JSON are ignored.
func (c *collection) readFrom(in io.Reader, name string, found bool) {
	b, reason, err := readAll(in)
	text := bytes.TrimSpace(b)
	switch {
	case len(text) > 0 && (text[0] == '{' || text[0] == '['):
		c.stats.Files++
		(&splitter{c: c, name: name, b: b}).documents()
		if err != nil {
			c.reject(reason, position{name, c.count, int64(len(b))}, fmt.Sprintf("%v; what stands before is kept; export it again", err))
		}
	case err != nil:
		c.refuse(reason, name, fmt.Sprintf("%v; export it again", err))
	case found:
		c.stats.Ignored++
	case len(text) == 0:
		c.refuse(records.EmptyFile, name, "the file is empty; export it again")
	default:
		c.refuse(records.NotJSON, name, fmt.Sprintf("begins with %q, which is not JSON; export with --output json", clip(string(text))))
	}
}

// readAll returns what a stream holds, decompressed and without a byte order
// mark.
func readAll(in io.Reader) ([]byte, records.Reason, error) {
	src, err := records.PlainReader(in)
	if err != nil {
		return nil, records.CorruptGzip, fmt.Errorf("open as gzip: %w", err)
	}
	var buf bytes.Buffer
	if _, err := buf.ReadFrom(io.LimitReader(src, maxFile+1)); err != nil {
		reason, _ := records.EndReason(err)
		return buf.Bytes(), cmp.Or(reason, records.Unreadable), err
	}
	if buf.Len() > maxFile {
		return nil, records.Oversize, fmt.Errorf("the file is larger than %d bytes; split it", int64(maxFile))
	}
	return fromUTF16(buf.Bytes()), "", nil
}

// fromUTF16 decodes what Windows PowerShell makes of a command's output that is
// redirected to a file.
func fromUTF16(b []byte) []byte {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return b
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 2; i+1 < len(b); i += 2 {
		units = append(units, order.Uint16(b[i:]))
	}
	return []byte(string(utf16.Decode(units)))
}

// clip shortens a text for a message.
func clip(s string) string {
	if len(s) > 60 {
		return s[:57] + "..."
	}
	return s
}
