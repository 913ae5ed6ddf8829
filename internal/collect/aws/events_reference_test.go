package aws_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/testkit"
)

// day is a fixed present for tests, later than all real data.
func day() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

// keepEvent copies an event out of a sink.
func keepEvent(ev *auditlog.Event) auditlog.Event {
	kept := *ev
	kept.Resources = append([]auditlog.Resource(nil), ev.Resources...)
	kept.Raw = bytes.Clone(ev.Raw)
	return kept
}

// parseAll reads a document and returns what came out of it.
func parseAll(tb testing.TB, doc []byte, o aws.EventOptions) ([]auditlog.Event, aws.EventStats, []string) {
	tb.Helper()
	var events []auditlog.Event
	o.Now = day
	stats, problems, err := aws.ParseEvents(bytes.NewReader(doc), "doc", o, func(ev *auditlog.Event) error {
		events = append(events, keepEvent(ev))
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	if got := stats.Parsed + stats.RejectedTotal(); got != stats.In {
		tb.Errorf("%d records in, but %d parsed or rejected", stats.In, got)
	}
	var texts []string
	for _, p := range problems {
		texts = append(texts, p.Code+" | "+p.Subject+" | "+p.Message)
	}
	return events, stats, texts
}

func TestRealRecordsEqualReference(t *testing.T) {
	t.Parallel()
	n := 0
	root := testkit.SharedData(t, "cloudtrail", "invictus", "CloudTrail")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		doc, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var file struct{ Records []json.RawMessage }
		if err := json.Unmarshal(doc, &file); err != nil {
			return err
		}
		got, _, _ := parseAll(t, doc, aws.EventOptions{})
		for i, raw := range file.Records {
			n++
			if diff := cmp.Diff(reference(raw, day()), &got[i], cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s record %d (-reference +got):\n%s", path, i, diff)
			}
		}
		return nil
	})
	if err != nil || n != 2900 {
		t.Errorf("compared %d records, want 2900: %v", n, err)
	}
}

// FuzzRecord holds the scanner and the normaliser against encoding/json.
func FuzzRecord(f *testing.F) {
	for _, seed := range recordSeeds() {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		raw = bytes.TrimSpace(raw)
		if len(raw) == 0 || raw[0] != '{' || !comparable(raw) {
			return
		}
		got, stats, problems := parseAll(t, raw, aws.EventOptions{KeepRaw: true})
		want := reference(raw, day())
		switch {
		case want == nil && len(got) > 0 && json.Valid(raw):
			t.Errorf("the reference refuses what is taken: %+v", got)
		case !json.Valid(raw) && stats.RejectedTotal() == 0:
			t.Errorf("not JSON, and nothing was rejected: %+v", got)
		case want != nil && len(got) != 1:
			t.Errorf("%d events, want 1; %v", len(got), problems)
		case want != nil:
			want.Raw = raw
			if diff := cmp.Diff(want, &got[0], cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-reference +got):\n%s", diff)
			}
		}
	})
}

// comparable leaves out what the two readings treat differently on purpose:
// envelopes, lists, times in other forms, and what maps cannot express.
func comparable(raw []byte) bool {
	for _, key := range []string{
		"@timestamp", "EventTime", `"time"`, "timestamp", "detail", "message", "_raw", `"log"`, "_source", "eventData",
		"eventJson", "CloudTrailEvent", "Records", "Events", "QueryResultRows", "logFiles", "digestS3Object", "\\u00",
		"ConsoleSignIn",
	} {
		if bytes.Contains(raw, []byte(key)) {
			return false
		}
	}
	var m map[string]any
	if json.Unmarshal(raw, &m) != nil {
		return true
	}
	at, _ := m["eventTime"].(string)
	_, err := time.Parse(time.RFC3339, at)
	flat, _ := json.Marshal(m)
	return (err == nil || len(at) == 0) && bytes.Count(flat, []byte(`":`)) >= bytes.Count(raw, []byte(`":`)) &&
		!strings.ContainsAny(string(raw), "İıſK") && bytes.Count(raw, []byte("[")) < 200
}

func recordSeeds() []string {
	return []string{
		`{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/a/b","accountId":"111122223333","accessKeyId":"AKIA1","userName":"b"},"eventTime":"2024-01-02T03:04:05Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","sourceIPAddress":"1.2.3.4","userAgent":"x\/y \"z\"","requestParameters":{"bucketName":"b","key":"k"},"responseElements":null,"eventID":"00000000-0000-0000-0000-000000000001","readOnly":true,"eventCategory":"Data","resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/k"},{"accountId":"1"}],"recipientAccountId":"111122223333"}`,
		`{"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/R/s","sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::111122223333:role/p/R"}}},"eventTime":"2024-12-31T23:59:59+01:00","eventSource":"lambda.amazonaws.com","eventName":"CreateFunction20150331","eventType":"AwsApiCall","requestParameters":{"role":"arn:aws:iam::111122223333:role/x","list":[1,-2.5e+3,true,[],{}]},"errorCode":"AccessDenied","errorMessage":"no\nway"}`,
		`{"userIdentity":{"accountId":"1","invokedBy":"ec2.amazonaws.com"},"eventTime":"2024-01-02T03:04:05Z","eventSource":"ec2.amazonaws.com","eventName":"X","eventType":"AwsServiceEvent","readOnly":"false","managementEvent":false}`,
		`{"eventTime":"2024-01-02T03:04:05Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","requestParameters":{"iamInstanceProfile":{"name":"web"}},"userIdentity":{"type":"Root","accountId":"123456789012"}}`,
		`{"eventTime":"2024-01-02T03:04:05Z","eventSource":null,"eventName":7}`,
		`{"eventTime":"2024-01-02T03:04:05Z",}`,
		`{"a":"é\ud83d\ude00\ud800"}`,
	}
}
