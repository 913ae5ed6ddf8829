package aws_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/testkit"
	"github.com/leastward/leastward/internal/usage"
)

// invictus is a day of real events of one account, an attack among them.
func TestInvictusSumCloses(t *testing.T) {
	t.Parallel()
	path := testkit.SharedData(t, "cloudtrail", "invictus")
	index := usage.New(catalog.AWS())
	stats, problems, err := aws.ReadEvents(t.Context(), path, aws.EventOptions{}, func(ev *auditlog.Event) error {
		index.Add(ev)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	want := aws.EventStats{
		In: 2900, Parsed: 2900, Rejected: map[aws.Reason]int64{},
		Files: 56, Refused: map[aws.Reason]int64{}, Ignored: 1, // The licence.
		Bytes:    stats.Bytes,
		Earliest: time.Date(2023, 7, 10, 11, 42, 18, 0, time.UTC),
		Latest:   time.Date(2023, 7, 10, 12, 37, 50, 0, time.UTC),
	}
	if diff := cmp.Diff(want, stats); diff != "" {
		t.Errorf("stats (-want +got):\n%s", diff)
	}
	counts := index.Counts()
	if diff := cmp.Diff(usage.Counts{Used: 2742, Denied: 60, NotPermissionBearing: 98}, counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if got := counts.Total() + stats.RejectedTotal(); got != stats.In {
		t.Errorf("dispositions and rejections add up to %d, want %d", got, stats.In)
	}
	for _, c := range index.UnmappedCalls() {
		t.Errorf("genuine call without a permission: %s %s, %d times", c.Source, c.Name, c.Count)
	}
}
