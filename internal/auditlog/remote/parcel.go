package remote

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// key names a row: that of an event, or a part of its record.
type key struct {
	id   string
	part string // "" of an event.
}

// parcel is the rows of one request, kept until they are known to be on disk.
type parcel struct {
	tenant   Tenant
	long     bool   // Its one row is longer than a line may be.
	ingested string // Of all its rows.
	from, to int64  // Earliest and latest time of its rows.
	keys     []key  // In the order of the lines.
	times    []int64
	body     []byte // Lines of JSON, compressed.
	sent     time.Time
}

// maxValues bounds what the server takes of one row: 2 MB, and room for its own.
const maxValues = 2<<20 - 16<<10

// packer makes parcels of rows.
type packer struct {
	s     *Store
	open  *parcel
	lines bytes.Buffer
	out   []*parcel
}

func (p *packer) add(tenant Tenant, ingested string, at int64, k key, line []byte) {
	long := len(line) >= p.s.o.MaxLine
	if p.open != nil && (long || p.open.tenant != tenant || p.lines.Len()+len(line) > p.s.o.MaxRequest) {
		p.close()
	}
	if p.open == nil {
		p.open = &parcel{tenant: tenant, long: long, ingested: ingested, from: at, to: at}
	}
	p.open.keys, p.open.times = append(p.open.keys, k), append(p.open.times, at)
	p.open.from, p.open.to = min(p.open.from, at), max(p.open.to, at)
	p.lines.Write(line)
	p.lines.WriteByte('\n')
	if long {
		p.close()
	}
}

func (p *packer) close() {
	if p.open == nil {
		return
	}
	p.open.body = p.s.zip.EncodeAll(p.lines.Bytes(), nil)
	p.out = append(p.out, p.open)
	p.open = nil
	p.lines.Reset()
}

// only returns a parcel with those rows of p that are missing.
func (s *Store) only(p *parcel, missing map[key]bool) (*parcel, error) {
	if len(missing) == len(p.keys) {
		return p, nil
	}
	text, err := s.unzip.DecodeAll(p.body, nil)
	if err != nil {
		return nil, fmt.Errorf("read what was sent: %w", err)
	}
	pk := &packer{s: s}
	i := 0
	for line := range bytes.Lines(text) {
		if missing[p.keys[i]] {
			pk.add(p.tenant, p.ingested, p.times[i], p.keys[i], bytes.TrimSuffix(line, []byte("\n")))
		}
		i++
	}
	pk.close()
	return pk.out[0], nil // Less than a parcel is one parcel.
}

// pack makes parcels of the events: those of their records, and those of the
// events themselves.
func (s *Store) pack(evs []*auditlog.Event, ingested int64) (records, events []*parcel, err error) {
	recs, rows := &packer{s: s}, &packer{s: s}
	at := strconv.FormatInt(ingested, 10)
	var columns []auditlog.Field
	var line []byte
	for _, ev := range evs {
		columns = s.columns(columns[:0], ev, at)
		if n := size(columns); n > maxValues {
			return nil, nil, fmt.Errorf("event %q has %d bytes of values; the server takes no row of more than %d", ev.ID, n, maxValues)
		}
		line = appendRow(line[:0], columns)
		id := strings.Clone(ev.ID)
		rows.add(s.o.Tenant, at, ev.Time.UnixNano(), key{id: id}, line)
		if len(ev.Raw) > 0 {
			s.packRecord(recs, ev, id, at)
		}
	}
	recs.close()
	rows.close()
	return recs.out, rows.out, nil
}

func (s *Store) columns(dst []auditlog.Field, ev *auditlog.Event, ingested string) []auditlog.Field {
	dst = s.encoder.Append(dst, ev)
	if ev.Detail == "" {
		dst = append(dst, auditlog.Field{Name: row.Message, Value: noDetail})
	}
	dst = append(dst, auditlog.Field{Name: row.Ingested, Value: ingested})
	if len(ev.Raw) > 0 {
		dst = append(dst, auditlog.Field{Name: row.Raw, Value: ingested})
	}
	return dst
}

func size(columns []auditlog.Field) int {
	n := 0
	for i := range columns {
		n += len(columns[i].Name) + len(columns[i].Value)
	}
	return n
}
