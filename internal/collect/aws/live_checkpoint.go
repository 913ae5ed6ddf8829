package aws

import (
	"maps"
	"slices"
	"time"
)

// Checkpoint tells how far the events were read. Its zero value is "not at
// all". Keep it as JSON, next to what was made of the events, and never before
// that: see [Collector.Events].
type Checkpoint struct {
	// From is since when every event that the source held was read; zero until
	// one pass over the whole source came to its end.
	From time.Time `json:"from,omitzero"`
	// Folders are the folders of the trail's bucket, one for each region, by
	// key prefix.
	Folders map[string]FolderMark `json:"folders,omitempty"`
	// Listed is when the bucket was last listed, where a queue tells of its files.
	Listed time.Time `json:"listed,omitzero"`
	// Regions are the event histories that LookupEvents read.
	Regions map[string]time.Time `json:"regions,omitempty"` // Read up to here.
}

// FolderMark tells how far one folder was read. Files that turn up late, with
// an older delivery time in their name, are found for a day (fileOverlap);
// Seen keeps those of that day that were read.
type FolderMark struct {
	Newest time.Time `json:"newest,omitzero"` // Delivery time of the newest file.
	Seen   []string  `json:"seen,omitempty"`  // Keys delivered in the day before Newest.
	Again  []string  `json:"again,omitempty"` // Keys that couldn't be read and are tried again.
}

// fileOverlap is how much later than its delivery time a file may turn up, as
// replicated buckets have it, and still be read.
const fileOverlap = 24 * time.Hour

// maxAgain bounds the files of one folder that wait for another try; beyond
// it the folder waits for them.
const maxAgain = 1000

func (c Checkpoint) clone() Checkpoint {
	c.Folders, c.Regions = maps.Clone(c.Folders), maps.Clone(c.Regions)
	for prefix, m := range c.Folders {
		m.Seen, m.Again = slices.Clone(m.Seen), slices.Clone(m.Again)
		c.Folders[prefix] = m
	}
	if c.Folders == nil {
		c.Folders = map[string]FolderMark{}
	}
	if c.Regions == nil {
		c.Regions = map[string]time.Time{}
	}
	return c
}

// floor is the delivery time before which the folder is done with.
func (m *FolderMark) floor() time.Time {
	if m.Newest.IsZero() {
		return time.Time{}
	}
	return m.Newest.Add(-fileOverlap)
}

// pass notes the files as read. A delivery time after now, which no trail
// writes, doesn't move the mark: it would hide all files until then.
func (m *FolderMark) pass(files []logFile, now time.Time) {
	for _, f := range files {
		if f.delivered.After(m.Newest) && !f.delivered.After(now) {
			m.Newest = f.delivered
		}
	}
	m.remember(files)
	floor := m.floor()
	m.Seen = slices.DeleteFunc(m.Seen, func(key string) bool {
		delivered, _ := deliveryTime(key)
		return delivered.Before(floor)
	})
}

// remember notes the files as read without moving the mark.
func (m *FolderMark) remember(files []logFile) {
	for _, f := range files {
		m.Seen = append(m.Seen, f.key)
	}
	slices.Sort(m.Seen)
	m.Seen = slices.Compact(m.Seen)
}

// fresh returns the files that weren't read.
func (m *FolderMark) fresh(files []logFile) []logFile {
	floor := m.floor()
	return slices.DeleteFunc(files, func(f logFile) bool {
		_, seen := slices.BinarySearch(m.Seen, f.key)
		return seen || f.delivered.Before(floor)
	})
}
