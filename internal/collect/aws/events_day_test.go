package aws_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	aws "github.com/leastward/leastward/internal/collect/aws"
)

// Delivery files of one day are read together, whatever their account and
// region, which stand before the day in their paths.
func TestFilesAreReadByDay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i, at := range []struct{ account, region, day string }{
		{"111111111111", "eu-west-1", "02"},
		{"111111111111", "us-east-1", "01"},
		{"222222222222", "eu-west-1", "01"},
		{"222222222222", "eu-west-1", "03"},
		{"222222222222", "us-east-1", "02"},
	} {
		folder := filepath.Join(dir, "AWSLogs", at.account, "CloudTrail", at.region, "2026", "03", at.day)
		if err := os.MkdirAll(folder, 0o750); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%s_CloudTrail_%s_202603%sT1205Z_abcdefgh%d.json", at.account, at.region, at.day, i)
		record := fmt.Sprintf(`{"Records":[{"eventID":"%d","eventTime":"2026-03-%sT12:00:00Z","eventSource":"s3.amazonaws.com","eventName":"ListBuckets"}]}`, i, at.day)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(record), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var days []int
	_, problems, err := aws.ReadEvents(t.Context(), dir, aws.EventOptions{Workers: 1}, func(ev *auditlog.Event) error {
		days = append(days, ev.Time.Day())
		return nil
	})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	if diff := cmp.Diff([]int{1, 1, 2, 2, 3}, days); diff != "" {
		t.Errorf("days in the order of reading (-want +got):\n%s", diff)
	}
}
