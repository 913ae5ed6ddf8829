package azure

import (
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
)

// parseTime reads the times that Azure and its tools write: RFC 3339 with any
// number of digits behind the second, with a space in the place of the T
// (Python), and without an offset, which is UTC. An empty text is zero, as is
// the year 1 that .NET writes for "never".
func parseTime(s string) (time.Time, error) {
	if s = strings.TrimSpace(s); s == "" {
		return time.Time{}, nil
	}
	if t, err := records.ParseTime([]byte(s)); err == nil {
		return never(t), nil
	}
	for _, layout := range []string{"1/2/2006 3:04:05 PM -07:00", "1/2/2006 3:04:05 PM", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return never(t.UTC()), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time such as 2006-01-02T15:04:05.0000000Z", clip(s))
}

func never(t time.Time) time.Time {
	if t.Year() <= 1 {
		return time.Time{}
	}
	return t
}

// deliveryTime reads the hour out of the path that diagnostic settings give a
// file in a storage account: …/y=2025/m=03/d=04/h=05/m=00/PT1H.json.
// https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs#send-to-azure-storage
func deliveryTime(path string) (time.Time, bool) {
	path = strings.ReplaceAll(path, "\\", "/")
	i := strings.LastIndex(path, "/y=")
	if i < 0 {
		return time.Time{}, false
	}
	t, err := time.Parse("y=2006/m=01/d=02/h=15", clipTo(path[i+1:], len("y=2006/m=01/d=02/h=15")))
	return t, err == nil
}

func clipTo(s string, n int) string { return s[:min(n, len(s))] }
