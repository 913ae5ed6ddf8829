package embedded

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// dirtyDays is a set of days, in days since 1970.
type dirtyDays struct {
	mu   sync.Mutex // Guards days.
	days map[int64]struct{}
}

func (d *dirtyDays) add(days ...int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.days == nil {
		d.days = map[int64]struct{}{}
	}
	for _, day := range days {
		d.days[day] = struct{}{}
	}
}

func (d *dirtyDays) has(day int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.days[day]
	return ok
}

// list returns the days in order.
func (d *dirtyDays) list() []int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.days))
}

// take empties the set and returns what was in it.
func (d *dirtyDays) take() []int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	days := slices.Sorted(maps.Keys(d.days))
	clear(d.days)
	return days
}

func (d *dirtyDays) remove(day int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.days, day)
}

// dayOf returns the day of a time that the engine can keep.
func dayOf(t time.Time) int64 { return t.Unix() / int64(day/time.Second) }

func dayStart(d int64) time.Time { return time.Unix(d*int64(day/time.Second), 0).UTC() }

const dayLayout = "20060102"

// dayName returns the name of a day's partition.
func dayName(d int64) string { return dayStart(d).Format(dayLayout) }

// parseDay returns the day of a partition's name.
func parseDay(name string) (int64, error) {
	t, err := time.Parse(dayLayout, name)
	return dayOf(t), err
}
