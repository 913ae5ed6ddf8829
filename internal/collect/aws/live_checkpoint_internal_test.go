package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestFolderMark plays arrivals of files, up to a day later than their names
// say, against readings that crash now and then before their mark is kept:
// every file is read, and in a calm time only once.
func TestFolderMark(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		var stored []logFile
		var kept FolderMark
		read := map[string]int{}
		crashed := false
		for step := range rapid.IntRange(1, 30).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(1, 600).Draw(t, "minutes")) * time.Minute)
			for n := range rapid.IntRange(0, 5).Draw(t, "files") {
				stored = append(stored, arrive(t, now, step*10+n))
			}
			mark := reload(t, kept)
			fresh := mark.fresh(slices.Clone(stored))
			for _, f := range fresh {
				read[f.key]++
			}
			mark.pass(fresh, now)
			if rapid.IntRange(0, 3).Draw(t, "crash") > 0 {
				kept = mark
			} else {
				crashed = true
			}
		}
		for _, f := range stored {
			if read[f.key] == 0 {
				t.Fatalf("%s was never read", f.key)
			}
			if !crashed && read[f.key] > 1 {
				t.Fatalf("%s was read %d times", f.key, read[f.key])
			}
		}
	})
}

// arrive makes a file that turns up now and was delivered at most fileOverlap
// before the newest that may be read by then.
func arrive(t *rapid.T, now time.Time, n int) logFile {
	late := time.Duration(rapid.IntRange(0, int(fileOverlap/time.Minute)).Draw(t, "late")) * time.Minute
	at := now.Add(-late).Truncate(time.Minute)
	key := fmt.Sprintf("p/%s/1_CloudTrail_eu-central-1_%s_%04d.json.gz", at.Format("2006/01/02"), at.Format("20060102T1504Z"), n)
	delivered, ok := deliveryTime(key)
	if !ok || !delivered.Equal(at) {
		t.Fatalf("%s: delivery time %s, %v", key, delivered, ok)
	}
	return logFile{key, delivered}
}

// reload passes the mark through its stored form.
func reload(t *rapid.T, m FolderMark) FolderMark {
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var back FolderMark
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

func TestFolderMarkFuture(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var m FolderMark
	m.pass([]logFile{{"far", now.AddDate(50, 0, 0)}, {"today", now.Add(-time.Hour)}}, now)
	if want := now.Add(-time.Hour); !m.Newest.Equal(want) {
		t.Errorf("newest %s, want %s: a file from the future hides all others", m.Newest, want)
	}
}

func TestDeliveryTime(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"AWSLogs/1/CloudTrail/us-gov-west-1/2023/07/10/1_CloudTrail_us-gov-west-1_20230710T1205Z_aB3dEf.json.gz": "2023-07-10T12:05:00Z",
		"1_CloudTrail_us-east-1_20230710T1205Z_x.json":                                                           "2023-07-10T12:05:00Z",
		"1_CloudTrail_us-east-1_20231310T1205Z_x.json.gz":                                                        "",
		"1_CloudTrail-Digest_us-east-1_t_us-east-1_20230710T120500Z.json.gz":                                     "",
		"notes.txt": "",
		"":          "",
	} {
		got, ok := deliveryTime(key)
		if ok != (want != "") || ok && got.Format(time.RFC3339) != want {
			t.Errorf("%q: %s, %v; want %q", key, got, ok, want)
		}
	}
}
