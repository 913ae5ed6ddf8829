package aws_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	cttypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// trail is the bucket of an account's trail.
type trail struct {
	*cloud
	name string
	s3   *s3.Client
}

func (c *cloud) trail(t *testing.T) *trail {
	t.Helper()
	tr := &trail{cloud: c, name: "logs-" + c.account, s3: s3.NewFromConfig(c.config(), func(o *s3.Options) { o.UsePathStyle = true })}
	must(tr.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket:                    &tr.name,
		CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: region},
	}))(t)
	client := cloudtrail.NewFromConfig(c.config())
	must(client.CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{
		Name: awssdk.String("main"), S3BucketName: &tr.name, IsMultiRegionTrail: awssdk.Bool(true),
	}))(t)
	must(client.StartLogging(t.Context(), &cloudtrail.StartLoggingInput{Name: awssdk.String("main")}))(t)
	return tr
}

func (tr *trail) options() aws.Options {
	o := tr.cloud.options()
	o.Trail.Name = tr.name
	o.Now = time.Now // The emulator's trail starts now.
	return o
}

// file delivers a file with events of these ids at a time.
func (tr *trail) file(t *testing.T, at time.Time, ids ...string) string {
	t.Helper()
	return tr.put(t, "AWSLogs/"+tr.account, at, tr.events(t, at, ids...))
}

func (tr *trail) put(t *testing.T, root string, at time.Time, data []byte) string {
	t.Helper()
	sum := 0
	for _, b := range data {
		sum = sum*31 + int(b)
	}
	key := fmt.Sprintf("%s/CloudTrail/%s/%s/%s_CloudTrail_%s_%s_%016X.json.gz", root, region,
		at.UTC().Format("2006/01/02"), tr.account, region, at.UTC().Format("20060102T1504Z"), uint64(sum))
	must(tr.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &tr.name, Key: &key, Body: bytes.NewReader(data)}))(t)
	return key
}

func (tr *trail) events(t *testing.T, at time.Time, ids ...string) []byte {
	t.Helper()
	var records []string
	for _, id := range ids {
		records = append(records, record(tr.account, id, at))
	}
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	_, err := fmt.Fprintf(w, `{"Records":[%s]}`, strings.Join(records, ","))
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return gz.Bytes()
}

func record(account, id string, at time.Time) string {
	return fmt.Sprintf(`{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDA1","arn":"arn:aws:iam::%[1]s:user/ada","accountId":"%[1]s","userName":"ada"},`+
		`"eventTime":%[2]q,"eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":%[3]q,"sourceIPAddress":"192.0.2.1",`+
		`"requestParameters":null,"responseElements":null,"eventID":%[4]q,"readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"%[1]s"}`,
		account, at.UTC().Format(time.RFC3339), region, id)
}

// read returns the ids of the events since the checkpoint, sorted.
func read(t *testing.T, c *aws.Collector, from aws.Checkpoint) ([]string, aws.Reading) {
	t.Helper()
	var ids []string
	out, err := c.Events(t.Context(), from, func(e *auditlog.Event) error { ids = append(ids, strings.Clone(e.ID)); return nil }, nil)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return ids, out
}

func wantIDs(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: events %v, want %v", what, got, want)
	}
}

func (l live) bucket() {
	t, c := l.T, l.cloud
	tr, today := c.trail(t), time.Now()
	tr.file(t, today.Add(-100*24*time.Hour), "before-the-window")
	tr.file(t, today.Add(-48*time.Hour), "a", "b")
	tr.file(t, today.Add(-2*time.Hour), "c")
	collector := c.collector(t, tr.options())
	got, first := read(t, collector, aws.Checkpoint{})
	wantIDs(t, "first reading", got, "a", "b", "c")
	if len(first.Problems) > 0 {
		t.Errorf("problems: %+v", first.Problems)
	}
	if !recent(first.Coverage.Since) || !first.Checkpoint.From.Equal(first.Coverage.Since) {
		t.Errorf("history from %s, the trail logs since %s", first.Checkpoint.From, first.Coverage.Since)
	}
	got, second := read(t, collector, first.Checkpoint)
	wantIDs(t, "nothing new", got)
	if diff := cmp.Diff(first.Checkpoint, second.Checkpoint); diff != "" {
		t.Errorf("the checkpoint moved without a new file:\n%s", diff)
	}
	tr.file(t, today.Add(-3*time.Hour), "late")
	tr.file(t, today, "new")
	got, third := read(t, collector, second.Checkpoint)
	wantIDs(t, "a late and a new file", got, "late", "new")
	got, _ = read(t, collector, third.Checkpoint)
	wantIDs(t, "after them", got)
	inv, err := collector.Collect(t.Context())
	if err != nil || !recent(inv.FullHistoryFrom) {
		t.Errorf("full history from %s, error %v", inv.FullHistoryFrom, err)
	}
}

// crash lets the sink fail: nothing that it took counts as read until the
// checkpoint says so.
func (l live) crash() {
	t, c := l.T, l.cloud
	tr, today := c.trail(t), time.Now()
	tr.file(t, today.Add(-4*time.Hour), "a")
	tr.file(t, today.Add(-3*time.Hour), "b")
	collector := c.collector(t, tr.options())
	full := errors.New("disk full")
	_, err := collector.Events(t.Context(), aws.Checkpoint{}, func(e *auditlog.Event) error {
		if e.ID == "b" {
			return full
		}
		return nil
	}, func(aws.Checkpoint) error {
		t.Error("a checkpoint was offered for a page whose events were refused")
		return nil
	})
	if !errors.Is(err, full) {
		t.Fatalf("got error %v", err)
	}
	var taken []string
	var saved aws.Checkpoint
	sink := func(e *auditlog.Event) error { taken = append(taken, strings.Clone(e.ID)); return nil }
	broken := errors.New("broken pipe")
	_, err = collector.Events(t.Context(), aws.Checkpoint{}, sink, func(c aws.Checkpoint) error {
		if len(taken) != 2 {
			t.Errorf("a checkpoint was offered after %v", taken)
		}
		saved = c
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatalf("got error %v", err)
	}
	got, _ := read(t, collector, aws.Checkpoint{})
	wantIDs(t, "the checkpoint was lost", got, "a", "b")
	got, _ = read(t, collector, saved)
	wantIDs(t, "the checkpoint was kept", got)
}

func (l live) unreadableFiles() {
	t, c := l.T, l.cloud
	tr, today := c.trail(t), time.Now()
	tr.file(t, today.Add(-30*time.Hour), "a")
	bad := tr.file(t, today.Add(-29*time.Hour), "b")
	tr.file(t, today.Add(-time.Hour), "c")
	c.on("s3:GetObject", func(_ int, url string) *answer {
		if strings.Contains(url, bad[len(bad)-20:]) {
			return refusal("s3:GetObject", "AccessDenied", "User: u is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:k")
		}
		return nil
	})
	collector := c.collector(t, tr.options())
	got, first := read(t, collector, aws.Checkpoint{})
	wantIDs(t, "one file refused", got, "a", "c")
	if len(first.Problems) != 1 || first.Problems[0].Code != aws.CodeCloudTrailBucket || first.Problems[0].Permission != "kms:Decrypt" ||
		first.Problems[0].Subject != "s3://"+tr.name+"/"+bad {
		t.Errorf("problems: %+v", first.Problems)
	}
	if !first.Checkpoint.From.IsZero() {
		t.Errorf("history is said to be whole from %s", first.Checkpoint.From)
	}
	c.clear()
	got, second := read(t, collector, first.Checkpoint)
	wantIDs(t, "allowed again", got, "b")
	got, _ = read(t, collector, second.Checkpoint)
	wantIDs(t, "after that", got)
	c.on("s3:GetObject", times(2, &answer{cut: true}))
	got, _ = read(t, collector, aws.Checkpoint{})
	wantIDs(t, "broken transfers", got, "a", "b", "c")
}

func (l live) refusedBucket() {
	t, c := l.T, l.cloud
	tr, today := c.trail(t), time.Now()
	var ids []string
	for i := range 30 {
		ids = append(ids, fmt.Sprintf("event-%02d", i))
		tr.file(t, today.Add(-time.Duration(30-i)*time.Hour), ids[i])
	}
	o := tr.options()
	o.Parallel = 2
	collector := c.collector(t, o)
	c.on("s3:GetObject", always(refusal("s3:GetObject", "AccessDenied", "Access Denied")))
	_, first := read(t, collector, aws.Checkpoint{})
	if len(first.Problems) != 1 || first.Problems[0].Code != aws.CodeCloudTrailBucket || first.Problems[0].Permission != "s3:GetObject" {
		t.Errorf("problems: %+v", first.Problems)
	}
	if n := c.calls["s3:GetObject"]; n > 6 {
		t.Errorf("%d files were asked for though all are refused", n)
	}
	c.clear()
	got, _ := read(t, collector, first.Checkpoint)
	wantIDs(t, "allowed again", got, ids...)
	c.on("s3:ListObjectsV2", always(refusal("s3:ListObjectsV2", "AccessDenied", "Access Denied")))
	_, refused := read(t, collector, first.Checkpoint)
	if len(refused.Problems) != 1 || refused.Problems[0].Permission != "s3:ListBucket" {
		t.Errorf("listing refused: %+v", refused.Problems)
	}
}

func (l live) damagedFiles() {
	t, c := l.T, l.cloud
	tr, at := c.trail(t), time.Now().Add(-time.Hour)
	data := tr.events(t, at, "a", "b", "c")
	key := tr.put(t, "AWSLogs/"+tr.account, at, data[:len(data)-10])
	tr.file(t, at, "d")
	foreign := "AWSLogs/" + tr.account + "/CloudTrail/" + region + "/" + at.UTC().Format("2006/01/02") + "/notes.txt"
	must(tr.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &tr.name, Key: &foreign, Body: strings.NewReader("hello")}))(t)
	collector := c.collector(t, tr.options())
	got, out := read(t, collector, aws.Checkpoint{})
	if !slices.Contains(got, "d") {
		t.Errorf("events %v, want d among them", got)
	}
	subjects := map[string]bool{}
	for _, p := range out.Problems {
		subjects[p.Subject] = true
	}
	damaged := slices.ContainsFunc(out.Problems, func(p entitlement.Problem) bool { return strings.Contains(p.Subject, key) })
	if !damaged || !subjects["s3://"+tr.name+"/"+foreign] {
		t.Errorf("problems: %+v", out.Problems)
	}
	if out.Checkpoint.From.IsZero() {
		t.Error("a file that isn't the trail's leaves the history incomplete")
	}
	got, _ = read(t, collector, out.Checkpoint)
	wantIDs(t, "damaged files aren't read twice", got)
}

func (l live) organizationTrail() {
	t, c := l.T, l.cloud
	tr, at := c.trail(t), time.Now().Add(-time.Hour)
	tr.put(t, "AWSLogs/o-exampleorgid/"+tr.account, at, tr.events(t, at, "mine"))
	tr.put(t, "AWSLogs/o-exampleorgid/555555555555", at, tr.events(t, at, "another's"))
	collector := c.collector(t, tr.options())
	got, out := read(t, collector, aws.Checkpoint{})
	wantIDs(t, "organisation trail", got, "mine")
	if len(out.Problems) > 0 {
		t.Errorf("problems: %+v", out.Problems)
	}
	o := tr.options()
	o.Trail.Prefix = "elsewhere"
	_, empty := read(t, c.collector(t, o), aws.Checkpoint{})
	if len(empty.Problems) != 2 || empty.Problems[0].Code != aws.CodeCloudTrailDisabled || empty.Problems[1].Code != aws.CodeCloudTrailDisabled {
		t.Errorf("wrong prefix: %+v", empty.Problems)
	}
}

func (l live) coverage() {
	t, c := l.T, l.cloud
	tr := c.trail(t)
	client := cloudtrail.NewFromConfig(c.config())
	for _, test := range []struct {
		name string
		put  *cloudtrail.PutEventSelectorsInput
		want []string
		code string
	}{
		{
			name: "all objects, one function",
			put: &cloudtrail.PutEventSelectorsInput{EventSelectors: []cttypes.EventSelector{{
				ReadWriteType: cttypes.ReadWriteTypeAll, IncludeManagementEvents: awssdk.Bool(true),
				DataResources: []cttypes.DataResource{
					{Type: awssdk.String("AWS::S3::Object"), Values: []string{"arn:aws:s3"}},
					{Type: awssdk.String("AWS::Lambda::Function"), Values: []string{"arn:aws:lambda:eu-central-1:1:function:one"}},
				},
			}}},
			want: []string{"s3"},
		},
		{
			name: "writes alone",
			put: &cloudtrail.PutEventSelectorsInput{EventSelectors: []cttypes.EventSelector{{
				ReadWriteType: cttypes.ReadWriteTypeWriteOnly, IncludeManagementEvents: awssdk.Bool(true),
				DataResources: []cttypes.DataResource{{Type: awssdk.String("AWS::S3::Object"), Values: []string{"arn:aws:s3:::"}}},
			}}},
			code: aws.CodeCloudTrailPartial,
		},
		{
			name: "advanced",
			put: &cloudtrail.PutEventSelectorsInput{AdvancedEventSelectors: []cttypes.AdvancedEventSelector{
				selector("eventCategory", "Management"),
				selector("eventCategory", "Data", "resources.type", "AWS::Lambda::Function"),
				selector("eventCategory", "Data", "resources.type", "AWS::S3::Object", "readOnly", "false"),
				selector("eventCategory", "Data", "resources.type", "AWS::SQS::Queue", "eventName", "SendMessage"),
				selector("eventCategory", "Data", "resources.type", "AWS::DynamoDB::Table"),
			}},
			want: []string{"lambda"},
		},
		{
			name: "no management events",
			put:  &cloudtrail.PutEventSelectorsInput{AdvancedEventSelectors: []cttypes.AdvancedEventSelector{selector("eventCategory", "Data", "resources.type", "AWS::S3::Object")}},
			want: []string{"s3"}, code: aws.CodeCloudTrailDisabled,
		},
	} {
		test.put.TrailName = awssdk.String("main")
		must(client.PutEventSelectors(t.Context(), test.put))(t)
		got, problems := c.collector(t, tr.options()).Coverage(t.Context())
		if !slices.Equal(got.DataEvents, test.want) {
			t.Errorf("%s: data events of %v, want %v", test.name, got.DataEvents, test.want)
		}
		if (test.code == "") != (len(problems) == 0) || len(problems) > 0 && problems[0].Code != test.code {
			t.Errorf("%s: problems %+v, want code %q", test.name, problems, test.code)
		}
	}
	must(client.StopLogging(t.Context(), &cloudtrail.StopLoggingInput{Name: awssdk.String("main")}))(t)
	if got, problems := c.collector(t, tr.options()).Coverage(t.Context()); len(got.DataEvents) > 0 || len(problems) != 1 || problems[0].Code != aws.CodeCloudTrailDisabled {
		t.Errorf("a trail that is off: %+v, problems %+v", got, problems)
	}
}

func selector(fields ...string) cttypes.AdvancedEventSelector {
	var s cttypes.AdvancedEventSelector
	for i := 0; i < len(fields); i += 2 {
		s.FieldSelectors = append(s.FieldSelectors, cttypes.AdvancedFieldSelector{Field: &fields[i], Equals: fields[i+1 : i+2]})
	}
	return s
}

// lookup answers LookupEvents in the emulator's stead, from a history of
// one event every six hours, newest first and two to a page.
func (l live) lookup() {
	t, c := l.T, l.cloud
	var history []time.Time
	for at := now.Add(-4 * 24 * time.Hour); at.Before(now); at = at.Add(6 * time.Hour) {
		history = append(history, at)
	}
	c.on("cloudtrail:LookupEvents", func(_ int, body string) *answer { return c.lookup(t, history, body) })
	o := c.options()
	o.LookupEvents, o.Window = true, 4*24*time.Hour
	collector := c.collector(t, o)
	got, first := read(t, collector, aws.Checkpoint{})
	if len(got) != len(history) || len(first.Problems) > 0 {
		t.Errorf("%d events, want %d; problems %+v", len(got), len(history), first.Problems)
	}
	if want := now.Add(-o.Window); !first.Checkpoint.From.Equal(want) || !first.Checkpoint.Regions[region].Equal(now) {
		t.Errorf("checkpoint %+v, want from %s", first.Checkpoint, want)
	}
	history = append(history, now.Add(-time.Hour)) // Appears late.
	got, _ = read(t, collector, first.Checkpoint)
	wantIDs(t, "a late event", got, now.Add(-time.Hour).Format(time.RFC3339))
	c.on("cloudtrail:LookupEvents", always(refusal("cloudtrail:LookupEvents", "AccessDeniedException", "no")))
	_, refused := read(t, collector, aws.Checkpoint{})
	if len(refused.Problems) != 1 || refused.Problems[0].Code != aws.CodeCloudTrailDisabled || refused.Problems[0].Permission != "cloudtrail:LookupEvents" ||
		!refused.Checkpoint.From.IsZero() || len(refused.Checkpoint.Regions) > 0 {
		t.Errorf("refused: %+v", refused)
	}
	ctx, cancel := context.WithCancel(t.Context())
	c.on("cloudtrail:LookupEvents", func(int, string) *answer { cancel(); return throttled("cloudtrail:LookupEvents") })
	if _, err := collector.Events(ctx, aws.Checkpoint{}, func(*auditlog.Event) error { return nil }, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func (c *cloud) lookup(t *testing.T, history []time.Time, body string) *answer {
	t.Helper()
	in := decodeLookup(t, body)
	var found []string
	for _, at := range history {
		if !at.Before(in.start) && !at.After(in.end) {
			found = append(found, fmt.Sprintf(`{"EventId":"x","CloudTrailEvent":%q}`, record(c.account, at.Format(time.RFC3339), at)))
		}
	}
	slices.Reverse(found)
	next := ""
	found = found[min(in.page, len(found)):]
	if len(found) > 2 {
		found, next = found[:2], fmt.Sprintf(`,"NextToken":"%d"`, in.page+2)
	}
	return &answer{
		status: http.StatusOK, body: fmt.Sprintf(`{"Events":[%s]%s}`, strings.Join(found, ","), next),
		header: map[string]string{"Content-Type": "application/x-amz-json-1.1"},
	}
}
