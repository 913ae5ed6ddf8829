package gcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

const (
	// How late an entry may turn up in Cloud Logging and still be
	// read.
	entryOverlap = 2 * time.Hour
	// How many containers one request may name.
	// https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
	entryNames = 100
	// How long Cloud Logging keeps Data Access logs unless its
	// bucket is told otherwise; what is older may be gone.
	// https://cloud.google.com/logging/quotas#logs_retention_periods
	dataRetention = 30 * 24 * time.Hour
)

// entries reads Cloud Logging itself. Containers that were read up to the same
// time are asked for together.
func (r *reading) entries(ctx context.Context, containers []string) error {
	now := r.options.Now().UTC()
	groups := map[time.Time][]string{}
	for _, ref := range containers {
		begin := r.begin(ref)
		groups[begin] = append(groups[begin], ref)
	}
	for _, begin := range slices.SortedFunc(maps.Keys(groups), time.Time.Compare) {
		slices.Sort(groups[begin])
		for names := range slices.Chunk(groups[begin], entryNames) {
			if err := r.entriesOf(ctx, names, begin, now); err != nil {
				return err
			}
		}
	}
	for _, ref := range containers {
		if begin := r.begin(ref); begin.Before(r.out.Settled) {
			r.out.Settled = begin
		}
	}
	return nil
}

// begin is from when on entries of a container are read.
func (r *reading) begin(ref string) time.Time {
	start := r.windowStart()
	m, known := r.out.Checkpoint.Containers[ref]
	if !known {
		return start
	}
	return latest(m.Through.Add(-entryOverlap), start)
}

// entriesOf reads the entries of some containers. Where they are refused
// together, those are found that are refused.
func (r *reading) entriesOf(ctx context.Context, names []string, begin, end time.Time) error {
	err := r.span(ctx, names, begin, end)
	if sink, ok := errors.AsType[sinkError](err); ok {
		return sink.error
	}
	if (isRefused(err) || isNotFound(err)) && len(names) > 1 {
		half := len(names) / 2
		if err := r.entriesOf(ctx, names[:half], begin, end); err != nil {
			return err
		}
		return r.entriesOf(ctx, names[half:], begin, end)
	}
	if err != nil {
		effect := fmt.Sprintf("events of %s since %s aren't read yet", some(names), begin.Format(time.RFC3339))
		r.report(ctx, problem(CodeLogging, names[0], effect, err))
	}
	return nil
}

func some(names []string) string {
	if len(names) > 1 {
		return fmt.Sprintf("%s and %d others", names[0], len(names)-1)
	}
	return names[0]
}

// entryPage is what is looked at of an answer besides the entries.
type entryPage struct {
	Entries []struct {
		Timestamp time.Time `json:"timestamp"`
	} `json:"entries"`
	Next string `json:"nextPageToken"`
}

// span reads the entries of [begin, end), the oldest first, and goes on where a
// page ended.
// https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
func (r *reading) span(ctx context.Context, names []string, begin, end time.Time) error {
	token := ""
	for n := 1; ; n++ {
		if r.late() {
			return fmt.Errorf("page %d: %w", n, errOutOfTime)
		}
		data, err := r.client.do(ctx, call{op: entryList, path: "/v2/entries:list", body: map[string]any{
			"resourceNames": names, "filter": auditFilter(begin, end), "orderBy": "timestamp asc", "pageSize": 1000, "pageToken": token,
		}})
		if err != nil {
			return fmt.Errorf("page %d: %w", n, err)
		}
		var page entryPage
		if err := json.Unmarshal(data, &page); err != nil {
			return fmt.Errorf("page %d: %w: %w", n, errMalformed, err)
		}
		if err := r.parse(ctx, data, fmt.Sprintf("%s of %s from %s, page %d", entryList, some(names), begin.Format(time.RFC3339), n)); err != nil {
			return err
		}
		through := end
		switch {
		case page.Next == token && token != "":
			return fmt.Errorf("page %d: the service names the same page as the next one", n)
		case page.Next != "" && len(page.Entries) == 0:
			token = page.Next // It has searched so far.
			continue
		case page.Next != "":
			through = page.Entries[len(page.Entries)-1].Timestamp
		}
		if err := r.passed(names, through, page.Next == ""); err != nil || page.Next == "" {
			return err
		}
		token = page.Next
	}
}

// passed notes how far entries were read. At the end of a first pass their
// history is whole as far back as all logs are kept.
func (r *reading) passed(names []string, through time.Time, last bool) error {
	_, err := r.commit(func(c *Checkpoint) {
		for _, ref := range names {
			m := c.Containers[ref]
			if m.Through.Before(r.windowStart()) { // There is a gap, or nothing was read before.
				m.From = time.Time{}
			}
			m.Through = latest(m.Through, through)
			if last && m.From.IsZero() {
				m.From = latest(r.windowStart(), r.options.Now().UTC().Add(-dataRetention))
			}
			c.Containers[ref] = m
		}
	})
	return err
}

// auditFilter selects audit logs.
// https://cloud.google.com/logging/docs/view/logging-query-language#log_id
func auditFilter(begin, end time.Time) string {
	var logs []string
	for _, id := range auditLogs() {
		logs = append(logs, `log_id("cloudaudit.googleapis.com/`+id+`")`)
	}
	return fmt.Sprintf("(%s) AND timestamp>=%q AND timestamp<%q", strings.Join(logs, " OR "),
		begin.Format(time.RFC3339Nano), end.Format(time.RFC3339Nano))
}

// auditLogs are the logs that are read.
// https://cloud.google.com/logging/docs/audit
func auditLogs() []string { return []string{"activity", "data_access", "policy", "system_event"} }
