package azure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"github.com/leastward/leastward/internal/entitlement"
)

// logBlob is one hour of a stream.
type logBlob struct {
	name   string
	hour   time.Time
	size   int64
	growth bool // It is appended to; others are written anew.
}

// blobHour reads the hour in a blob's name:
// …/y=2025/m=06/d=01/h=12/m=00/PT1H.json.
// https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs#send-to-azure-storage
func blobHour(name string) (time.Time, bool) {
	i := strings.LastIndex(name, "/y=")
	if i < 0 {
		return time.Time{}, false
	}
	parts := strings.Split(name[i+1:], "/")
	var n [4]int
	if len(parts) < 5 {
		return time.Time{}, false
	}
	for k, prefix := range []string{"y=", "m=", "d=", "h="} {
		digits, ok := strings.CutPrefix(parts[k], prefix)
		v, err := strconv.Atoi(digits)
		if !ok || err != nil {
			return time.Time{}, false
		}
		n[k] = v
	}
	t := time.Date(n[0], time.Month(n[1]), n[2], n[3], 0, 0, 0, time.UTC)
	return t, t.Month() == time.Month(n[1]) && t.Hour() == n[3]
}

// storage reads the containers that diagnostic settings write to.
func (r *reading) storage(ctx context.Context) error {
	found := false
	for _, name := range r.options.Logs.Storage.Containers {
		client, err := r.client.container(&r.options, name)
		if err != nil {
			return fmt.Errorf("container %s: %w", name, err)
		}
		streams, err := r.streams(ctx, client, name)
		if err != nil {
			r.report(ctx, r.storageProblem(name, "events aren't read yet", err))
			continue
		}
		found = found || len(streams) > 0
		for _, prefix := range streams {
			if err := r.stream(ctx, client, name, prefix); err != nil {
				return err
			}
		}
	}
	if !found && r.complete && r.system != "" {
		r.report(ctx, entitlement.Problem{
			Code: CodeExport, Subject: r.options.Logs.Storage.Account,
			Message: "the storage account has no events of " + r.whose() + ", so nothing can be said to be unused. " +
				"Let a diagnostic setting of the subscription archive its Activity Log there (docs/permissions-azure.md), or correct the account",
		})
	}
	return nil
}

func (r *reading) storageProblem(container, effect string, err error) entitlement.Problem {
	return problemOf(CodeExport, r.options.Logs.Storage.Account+"/"+container,
		"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read", effect, err)
}

// streams lists the prefixes of a container, one for each resource that writes
// there, and returns those that are wanted.
func (r *reading) streams(ctx context.Context, client *container.Client, name string) ([]string, error) {
	first := "resourceId="
	if r.system == "" {
		first = "tenantId="
	}
	var all []string
	pages := client.NewListBlobsHierarchyPager("/y=", &container.ListBlobsHierarchyOptions{Prefix: &first})
	for pages.More() {
		page, err := pages.NextPage(withOperation(ctx, "blobs/list"))
		if err != nil {
			return nil, fmt.Errorf("list the streams of container %s: %w", name, err)
		}
		for _, p := range page.Segment.BlobPrefixes {
			id, ok := cutFold(*p.Name, first)
			if ok && (r.system == "" || systemOf(id) == r.system) {
				all = append(all, *p.Name)
			}
		}
	}
	slices.Sort(all)
	return all, nil
}

// stream reads what is new of one stream: the blobs that failed before, then all
// of the last days and those behind them, the oldest first.
func (r *reading) stream(ctx context.Context, client *container.Client, name, prefix string) error {
	key := name + "/" + prefix
	mark := r.out.Checkpoint.Streams[key].clone()
	first := mark.Newest.IsZero()
	start := mark.floor()
	if window := r.windowStart(r.options.Logs.Window).Truncate(time.Hour); start.Before(window) {
		start = window
	}
	blobs, err := r.blobs(ctx, client, prefix, start)
	if err != nil {
		r.report(ctx, r.storageProblem(name, "events under "+prefix+" aren't read yet", err))
		return nil
	}
	blobs = append(againOf(&mark), blobs...)
	s := &stream{reading: r, client: client, container: name, mark: &mark, key: key}
	if err := s.read(ctx, mark.fresh(blobs)); err != nil {
		return err
	}
	if first && name == activityContainer && len(blobs) > 0 {
		r.settleFrom(slices.MaxFunc([]time.Time{blobs[0].hour, start}, time.Time.Compare))
	}
	return nil
}

// againOf are the blobs that are tried again, of unknown size.
func againOf(m *StreamMark) []logBlob {
	var all []logBlob
	for _, name := range sortedKeys(m.Again) {
		hour, _ := blobHour(name)
		all = append(all, logBlob{name: name, hour: hour, size: -1, growth: true})
	}
	return all
}

// fresh returns the blobs that have something new.
func (m *StreamMark) fresh(blobs []logBlob) []logBlob {
	had := map[string]bool{}
	return slices.DeleteFunc(blobs, func(b logBlob) bool {
		if had[b.name] {
			return true
		}
		had[b.name] = true
		n, read := m.Read[b.name]
		return b.size >= 0 && read && n == b.size
	})
}

// blobs lists the blobs of a stream since a time, the oldest first.
func (r *reading) blobs(ctx context.Context, client *container.Client, prefix string, start time.Time) ([]logBlob, error) {
	var all []logBlob
	for _, p := range datePrefixes(prefix, start, r.options.Now()) {
		pages := client.NewListBlobsFlatPager(&container.ListBlobsFlatOptions{Prefix: &p})
		for pages.More() {
			page, err := pages.NextPage(withOperation(ctx, "blobs/list"))
			if err != nil {
				return nil, fmt.Errorf("list the blobs under %s: %w", p, err)
			}
			for _, item := range page.Segment.BlobItems {
				hour, ok := blobHour(*item.Name)
				if !ok || hour.Before(start) || item.Properties == nil || item.Properties.ContentLength == nil {
					continue
				}
				growth := item.Properties.BlobType != nil && *item.Properties.BlobType == container.BlobTypeAppendBlob
				all = append(all, logBlob{*item.Name, hour, *item.Properties.ContentLength, growth})
			}
		}
	}
	slices.SortFunc(all, func(a, b logBlob) int { return cmp.Or(a.hour.Compare(b.hour), cmp.Compare(a.name, b.name)) })
	return all, nil
}

// datePrefixes are those under which the blobs since a time are: of days, or of
// months where there are many.
func datePrefixes(prefix string, start, now time.Time) []string {
	layout, next := "2006/m=01/d=02/", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
	at := start.UTC().Truncate(24 * time.Hour)
	if now.Sub(start) > 7*24*time.Hour {
		layout, next = "2006/m=01/", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }
		at = time.Date(start.Year(), start.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	var all []string
	for ; !at.After(now.Add(time.Hour)); at = next(at) {
		all = append(all, prefix+at.Format(layout))
	}
	return all
}

var errDeleted = errors.New("it was deleted before it was read")
