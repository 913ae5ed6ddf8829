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
