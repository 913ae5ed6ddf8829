package tenant_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/tenant"
)

// TestLogsStandWhereCloudsPutThem looks at the names of the log files and that
// each has the records of its hour, in their order.
func TestLogsStandWhereCloudsPutThem(t *testing.T) {
	t.Parallel()
	m := generate(t, tenant.Options{Size: 150, Seed: 4, AzureShare: 1, GCPShare: 1})
	truth, _ := m.truth(t)
	forms := map[string]struct {
		path *regexp.Regexp
		hour string
	}{
		"azure/logs/": {
			regexp.MustCompile(`^azure/logs/insights-(activity-logs|logs-[a-z]+)/(resourceId=/(?i:subscriptions)/[0-9-]{36}(/.+)?|tenantId=[0-9-]{36})/(y=\d{4}/m=\d\d/d=\d\d/h=\d\d)/m=00/PT1H\.json$`),
			"y=2006/m=01/d=02/h=15",
		},
		"gcp/logs/": {
			regexp.MustCompile(`^gcp/logs/cloudaudit\.googleapis\.com/(activity|data_access|system_event)/(\d{4}/\d\d/\d\d/\d\d):00:00_\d\d:59:59_S0\.json$`),
			"2006/01/02/15",
		},
	}
	lines := map[string]int{}
	for name, text := range m.files {
		for prefix, form := range forms {
			if !strings.HasPrefix(name, prefix) {
				continue
			}
			parts := form.path.FindStringSubmatch(name)
			if parts == nil {
				t.Errorf("%s is no name of a log file", name)
				continue
			}
			hour, err := time.Parse(form.hour, parts[len(parts)-1])
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			lines[prefix] += checkHour(t, name, text, hour)
		}
	}
	if lines["azure/logs/"] != truth.Azure[0].Events || lines["gcp/logs/"] != truth.GCP[0].Events {
		t.Errorf("%v records, but the truth says %d and %d", lines, truth.Azure[0].Events, truth.GCP[0].Events)
	}
}

// checkHour returns the number of records of a file.
func checkHour(t *testing.T, name string, text []byte, hour time.Time) int {
	t.Helper()
	n, last := 0, hour
	for line := range bytes.Lines(text) {
		var e struct {
			Time       time.Time
			Timestamp  time.Time
			Properties struct{ CreatedDateTime, ActivityDateTime time.Time }
		}
		if err := json.Unmarshal(line, &e); err != nil {
			t.Errorf("%s: %v", name, err)
			return n
		}
		at := e.Time
		for _, other := range []time.Time{e.Timestamp, e.Properties.CreatedDateTime, e.Properties.ActivityDateTime} {
			if !other.IsZero() { // Entra's records are handed on a little later.
				at = other
			}
		}
		if at.Before(last) || !at.Before(hour.Add(time.Hour)) {
			t.Errorf("%s has a record of %s behind one of %s", name, at, last)
		}
		n, last = n+1, at
	}
	return n
}
