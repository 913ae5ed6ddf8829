package source_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// halfHistory lets LookupEvents fail after some events of a day that is longer
// ago than ids are remembered, as it does when the time runs out in the middle
// of 90 days: what is read again counts once.
func (l live) halfHistory() {
	t, c := l.T, l.cloud
	c.lookup, c.regions, c.window = true, []string{home, second}, 12*24*time.Hour
	all := records(0, 70, time.Now().Add(-time.Minute), 4*time.Hour)
	half := time.Now().Add(-9 * 24 * time.Hour)
	for name, fails := range map[string]func(lookup) bool{
		"on a second page":     func(in lookup) bool { return in.region == home && in.page > 0 && in.end.After(half) },
		"between two days":     func(in lookup) bool { return in.region == home && in.end.After(half) },
		"of the first day":     func(in lookup) bool { return in.region == home && in.page > 0 },
		"in the other's place": func(in lookup) bool { return in.region == second && in.page > 0 },
	} {
		dir := t.TempDir()
		for range 2 {
			c.on(c.answering(t, all, fails))
			reading := read(t, c.start(t, dir))
			if len(reading.Inventory.Problems) != 1 || !reading.Inventory.FullHistoryFrom.IsZero() {
				t.Errorf("%s: problems %+v, history from %s", name, reading.Inventory.Problems, reading.Inventory.FullHistoryFrom)
			}
		}
		c.on(c.answering(t, all, func(lookup) bool { return false }))
		reading := read(t, c.start(t, dir))
		noProblems(t, reading)
		same(t, name, c.truth(all...), reading.Usage)
		same(t, name+", next reading", c.truth(all...), read(t, c.start(t, dir)).Usage)
	}
}

// lookup is a call of LookupEvents.
type lookup struct {
	region     string
	start, end time.Time
	page       int // How many events were on the pages before.
}

// answering answers LookupEvents as CloudTrail does, in the place of the
// emulator, which does not know it: the newest events first, here two to a
// page. Every other event is of the one region or the other.
func (c *cloud) answering(t *testing.T, all []record, fails func(lookup) bool) func(*call) {
	t.Helper()
	return func(now *call) {
		if now.op != "cloudtrail:LookupEvents" {
			return
		}
		in := decodeLookup(t, now)
		if fails(in) {
			now.answer = &answer{http.StatusBadRequest, `{"__type":"AccessDeniedException","message":"no"}`}
			return
		}
		var found []string
		for i, r := range all {
			if c.regions[i%2] == in.region && !r.at.Before(in.start) && !r.at.After(in.end) {
				found = append(found, fmt.Sprintf(`{"EventId":%q,"CloudTrailEvent":%q}`, r.id, c.json(r, in.region)))
			}
		}
		slices.Reverse(found)
		found, next := found[min(in.page, len(found)):], ""
		if len(found) > 2 {
			found, next = found[:2], fmt.Sprintf(`,"NextToken":"%d"`, in.page+2)
		}
		now.answer = &answer{http.StatusOK, fmt.Sprintf(`{"Events":[%s]%s}`, strings.Join(found, ","), next)}
	}
}

func decodeLookup(t *testing.T, now *call) lookup {
	t.Helper()
	var body struct {
		StartTime, EndTime float64
		NextToken          string
	}
	if err := json.Unmarshal([]byte(now.body), &body); err != nil {
		t.Errorf("LookupEvents with %q: %v", now.body, err)
	}
	in := lookup{region: now.region, start: time.Unix(int64(body.StartTime), 0), end: time.Unix(int64(body.EndTime), 0)}
	in.page, _ = strconv.Atoi(body.NextToken) // "" is the first page.
	return in
}
