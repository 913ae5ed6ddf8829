package tenant

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
)

// Create opens the file of that name, with / between folders, for writing.
// Generate and Events call it from several goroutines.
type Create = files.Create

// Directory returns a Create for files below a directory.
func Directory(dir string) Create { return files.Directory(dir) }

// logFolder is where the delivery files of all accounts stand, as in an
// organisation trail's bucket.
const logFolder = "aws/cloudtrail/AWSLogs/"

// maxPerFile bounds the records of one delivery file.
const maxPerFile = 5000

// batch is the records of one account and region that await delivery.
type batch struct {
	text []byte
	at   []mark
}

// mark is one record: its time and where it stands in the text.
type mark struct {
	at         time.Time
	start, end int
}

// delivery collects records and writes them as CloudTrail delivers them: gz
// files by account, region and day.
type delivery struct {
	create  files.Create
	account string
	names   *rand.Rand // Of file names.
	ids     *rand.Rand // Of event and request ids.
	regions map[string]*batch
	packer  *gzip.Writer
	written int
	limit   int // Of records; zero is none.
	size    int // Of the texts that await delivery.
}

func newDelivery(create files.Create, a *account, limit, round int) *delivery {
	packer, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // The level is valid.
	return &delivery{
		create: create, account: a.id, limit: limit, packer: packer,
		names: a.seed.Stream("file names", round, 0), ids: a.seed.Stream("event ids", round, 0),
		regions: map[string]*batch{},
	}
}

func (d *delivery) full() bool { return d.limit > 0 && d.written >= d.limit }

// add takes a record, and drops it when the limit is reached.
func (d *delivery) add(e *record) {
	if d.full() {
		return
	}
	b := d.regions[e.region]
	if b == nil {
		b = &batch{}
		d.regions[e.region] = b
	}
	start := len(b.text)
	e.account = d.account
	b.text = e.append(b.text, d.ids)
	b.at = append(b.at, mark{e.at, start, len(b.text)})
	d.written++
	d.size += len(b.text) - start
}

// flush writes everything that waits.
func (d *delivery) flush() error {
	for _, name := range slices.Sorted(maps.Keys(d.regions)) {
		b := d.regions[name]
		slices.SortStableFunc(b.at, func(x, y mark) int { return x.at.Compare(y.at) })
		for part := range slices.Chunk(b.at, maxPerFile) {
			if err := d.file(name, b.text, part); err != nil {
				return err
			}
		}
		b.text, b.at = b.text[:0], b.at[:0]
	}
	d.size = 0
	return nil
}

// file writes one delivery file, stamped with the five minutes in which its
// last record arrived.
func (d *delivery) file(region string, text []byte, part []mark) (err error) {
	last := part[len(part)-1].at.UTC().Truncate(5 * time.Minute)
	var b strings.Builder
	b.WriteString(logFolder)
	fmt.Fprintf(&b, "%s/CloudTrail/%s/%s/%s_CloudTrail_%s_%s_", d.account, region, last.Format("2006/01/02"), d.account, region, last.Format("20060102T1504Z"))
	b.Write(draw.AppendDigits(nil, d.names, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef", 16))
	b.WriteString(".json.gz")
	f, err := d.create(b.String())
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}()
	if err := d.pack(f, text, part); err != nil {
		return fmt.Errorf("write %s: %w", b.String(), err)
	}
	return nil
}

func (d *delivery) pack(f io.Writer, text []byte, part []mark) error {
	d.packer.Reset(f)
	before := []byte(`{"Records":[`)
	for _, m := range part {
		if _, err := d.packer.Write(before); err != nil {
			return err
		}
		if _, err := d.packer.Write(text[m.start:m.end]); err != nil {
			return err
		}
		before = []byte{','}
	}
	if _, err := d.packer.Write([]byte(`]}`)); err != nil {
		return err
	}
	return d.packer.Close()
}
