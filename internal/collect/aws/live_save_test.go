package aws_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/usage"
)

// slowSeen leaves others time between learning of an event and letting it on.
type slowSeen struct{ *usage.Seen }

func (s slowSeen) Add(id string, at time.Time) bool {
	added := s.Seen.Add(id, at)
	<-time.After(time.Millisecond)
	return added
}

// TestSaveStandsForWholeEvents saves after each day of each region, while the
// other regions are being read: what is saved must not remember an event that
// the sink does not have yet, for after a crash nothing would bring it again.
func TestSaveStandsForWholeEvents(t *testing.T) {
	t.Parallel()
	c := newCloud(t, "", "100000000099")
	c.on("sts:GetCallerIdentity", always(&answer{status: http.StatusOK, body: fmt.Sprintf(
		`<GetCallerIdentityResponse><GetCallerIdentityResult><Account>%s</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`, c.account)}))
	var history []time.Time
	for at := now.Add(-6 * 24 * time.Hour); at.Before(now); at = at.Add(3 * time.Hour) {
		history = append(history, at)
	}
	c.on("cloudtrail:LookupEvents", func(_ int, body string) *answer { return c.lookup(t, history, body) })
	seen := slowSeen{usage.NewSeen()}
	o := c.options()
	o.LookupEvents, o.Window, o.Regions = true, 6*24*time.Hour, []string{region, "us-east-1", "us-west-2"}
	o.Events.Seen = seen
	taken, saves := 0, 0
	reading, err := c.collector(t, o).Events(t.Context(), aws.Checkpoint{}, func(*auditlog.Event) error {
		taken++
		return nil
	}, func(aws.Checkpoint) error {
		saves++
		if n := seen.Len(); n != taken {
			t.Errorf("save %d remembers %d events of which the sink has %d", saves, n, taken)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if taken != len(history) || saves != 3*6 {
		t.Errorf("%d events and %d saves, want %d and %d", taken, saves, len(history), 3*6)
	}
	if want := now.Add(-2 * time.Hour); !reading.Settled.Equal(want) {
		t.Errorf("settled before %s, want %s, from where the next reading goes on", reading.Settled, want)
	}
}
