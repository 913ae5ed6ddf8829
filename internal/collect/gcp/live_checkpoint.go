package gcp

import (
	"maps"
	"slices"
	"time"
)

// Checkpoint tells how far the events were read. Its zero value is "not at
// all". Keep it as JSON, next to what was made of the events, and never before
// that: see [Collector.Events].
type Checkpoint struct {
	// From is since when every event of the bucket or of the subscription was
	// read; zero until one pass over all of it came to its end.
	From time.Time `json:"from,omitzero"`
	// Folders are those of the bucket, one for each log.
	Folders map[string]FolderMark `json:"folders,omitempty"`
	// Earliest is when the first message that was read had come to the
	// subscription.
	Earliest time.Time `json:"earliest,omitzero"`
	// Containers are those whose entries were read from Cloud Logging, as
	// "projects/p".
	Containers map[string]ContainerMark `json:"containers,omitempty"`
}

// ContainerMark tells which entries of one container were read.
type ContainerMark struct {
	From    time.Time `json:"from,omitzero"` // As Checkpoint.From.
	Through time.Time `json:"through"`       // Read up to here.
}

// FolderMark tells how far one log's objects were read. Objects that turn up
// late, with an older hour in their name, are found for two days
// (objectOverlap); Seen keeps those of these days that were read.
type FolderMark struct {
	Newest time.Time `json:"newest,omitzero"` // Hour of the newest object.
	Seen   []string  `json:"seen,omitempty"`  // Names read in the days before Newest.
	Again  []string  `json:"again,omitempty"` // Names that couldn't be read and are tried again.
}

// Begun reports whether anything was read.
func (c *Checkpoint) Begun() bool {
	return !c.From.IsZero() || !c.Earliest.IsZero() || len(c.Folders) > 0 || len(c.Containers) > 0
}

// FullFrom returns since when every event of some containers was read; zero if
// that is not known.
func (c *Checkpoint) FullFrom(containers ...string) time.Time {
	from := c.From
	if len(c.Containers) == 0 {
		return from
	}
	for _, ref := range containers {
		m := c.Containers[ref]
		if m.From.IsZero() {
			return m.From
		}
		from = latest(from, m.From)
	}
	return from
}

func (c Checkpoint) clone() Checkpoint {
	c.Folders, c.Containers = maps.Clone(c.Folders), maps.Clone(c.Containers)
	for folder, m := range c.Folders {
		m.Seen, m.Again = slices.Clone(m.Seen), slices.Clone(m.Again)
		c.Folders[folder] = m
	}
	if c.Folders == nil {
		c.Folders = map[string]FolderMark{}
	}
	if c.Containers == nil {
		c.Containers = map[string]ContainerMark{}
	}
	return c
}

// objectOverlap is how much later than its hour an object may turn up and still
// be read: entries that come late are written to objects of their own.
// https://cloud.google.com/logging/docs/export/storage#gcs-organization
const objectOverlap = 48 * time.Hour

// maxAgain bounds the objects of one folder that wait for another try; beyond
// it the folder waits for them.
const maxAgain = 1000

// floor is the hour before which the folder is done with.
func (m *FolderMark) floor() time.Time {
	if m.Newest.IsZero() {
		return time.Time{}
	}
	return m.Newest.Add(-objectOverlap)
}

// pass notes objects as read. An hour after now, which no sink writes, doesn't
// move the mark: it would hide all objects until then.
func (m *FolderMark) pass(objects []logObject, now time.Time) {
	for _, o := range objects {
		m.Seen = append(m.Seen, o.name)
		if o.hour.After(m.Newest) && !o.hour.After(now) {
			m.Newest = o.hour
		}
	}
	slices.Sort(m.Seen)
	floor := m.floor()
	m.Seen = slices.DeleteFunc(slices.Compact(m.Seen), func(name string) bool {
		hour, _ := objectHour(name)
		return hour.Before(floor)
	})
}

// fresh returns the objects that weren't read.
func (m *FolderMark) fresh(objects []logObject) []logObject {
	floor := m.floor()
	return slices.DeleteFunc(objects, func(o logObject) bool {
		_, seen := slices.BinarySearch(m.Seen, o.name)
		return seen || o.hour.Before(floor) || slices.Contains(m.Again, o.name)
	})
}

func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }
