package usage

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
)

// WriteTo writes the set. Write it behind the index that counted its events,
// into one file: after a crash both then tell the same.
func (s *Seen) WriteTo(w io.Writer) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := newEncoder(w, seenMagic)
	if err != nil {
		return 0, fmt.Errorf("write the seen events: %w", err)
	}
	e.uint(uint64(len(s.days)))
	for _, day := range slices.Sorted(maps.Keys(s.days)) {
		e.uint(uint64(day - minDay)) //nolint:gosec // no day is before minDay
		e.uint(uint64(len(s.days[day])))
		ids := slices.SortedFunc(maps.Keys(s.days[day]), func(a, b [16]byte) int { return bytes.Compare(a[:], b[:]) })
		for _, id := range ids {
			e.uint(uint64(id[0]))
			e.bytes(id[1:])
		}
	}
	n, err := e.close()
	if err != nil {
		return n, fmt.Errorf("write the seen events: %w", err)
	}
	return n, nil
}

// ReadFrom replaces the set by one that WriteTo wrote, from a reader that may
// hold more behind it. Where that fails the set stays as it was; a damaged file
// is [ErrCorrupt].
func (s *Seen) ReadFrom(r io.Reader) (int64, error) {
	d, err := newDecoder(r, seenMagic)
	if err != nil {
		return 0, fmt.Errorf("read the seen events: %w", err)
	}
	days := map[int64]map[[16]byte]struct{}{}
	d.each(func() {
		ids := map[[16]byte]struct{}{}
		days[int64(d.uint(math.MaxUint32))+minDay] = ids //nolint:gosec // limited just here
		d.each(func() {
			var id [16]byte
			id[0] = byte(d.uint(math.MaxUint8)) //nolint:gosec // limited just here
			copy(id[1:], d.bytes(15))
			ids[id] = struct{}{}
		})
	})
	n, err := d.close()
	if err != nil {
		return n, fmt.Errorf("read the seen events: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.days = days
	return n, nil
}
