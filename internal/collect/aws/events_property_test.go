package aws_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/aws"
)

// words are the strings of random records: plain ones, ones that JSON escapes,
// and ones that mean something in some field.
func words() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"", "a", "s3.amazonaws.com", "iam.amazonaws.com", "lambda.amazonaws.com", "CreateFunction20150331v2",
			"GetObject", "AssumeRole", "AddRoleToInstanceProfile", "AwsApiCall", "AwsServiceEvent", "Data", "Management",
			"arn:aws:iam::111122223333:role/p/R", "arn:aws:iam::111122223333:user/u",
			"arn:aws:sts::111122223333:assumed-role/R/s", "arn:aws:sts::111122223333:federated-user/f",
			"arn:aws:s3:::bucket", "arn:aws:iam::111122223333:instance-profile/web", "111122223333", "AROA1:s",
			"cn-north-1", "us-gov-west-1", "eu-west-1", "AccessDenied", "Client.UnauthorizedOperation", "Throttling",
			"HIDDEN_DUE_TO_SECURITY_REASONS", "true", "false", "2024-01-02T03:04:05Z", "2024-02-30T03:04:05Z",
			"2024-12-31T23:59:59.5+01:00", "3024-01-02T03:04:05Z", "AwsCloudTrailInsight", "x\"y\\z\n\t", "é😀\u2028",
		}),
		rapid.StringN(0, 40, 80),
	)
}

func anyJSON(depth int) *rapid.Generator[any] {
	text := rapid.Map(words(), func(s string) any { return s })
	flat := rapid.OneOf(text, rapid.SampledFrom([]any{nil, true, false, -1.5e3, 0.0, 12.0}))
	if depth == 0 {
		return flat
	}
	keys := rapid.OneOf(rapid.SampledFrom([]string{
		"role", "roleArn", "Role", "iamInstanceProfile", "name", "executionRoleArn", "roles", "deliverLogsPermissionArn",
		"principal", "bucketName", "automationAssumeRole",
	}), words())
	return rapid.OneOf(
		flat,
		rapid.Map(rapid.MapOfN(keys, anyJSON(depth-1), 0, 4), func(m map[string]any) any { return m }),
		rapid.Map(rapid.SliceOfN(anyJSON(depth-1), 0, 4), func(l []any) any { return l }),
	)
}

// randomRecord draws a record most of whose fields are right.
func randomRecord(t *rapid.T) map[string]any {
	r := map[string]any{
		"eventVersion": "1.08", "eventTime": "2024-01-02T03:04:05Z", "eventSource": "s3.amazonaws.com",
		"eventName": "GetObject", "eventID": rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}`).Draw(t, "id"),
	}
	kind := rapid.SampledFrom([]string{
		"IAMUser", "AssumedRole", "Root", "AWSService", "AWSAccount", "FederatedUser", "IdentityCenterUser",
		"SAMLUser", "WebIdentityUser", "Unknown", "",
	}).Draw(t, "type")
	user := map[string]any{"type": kind}
	fields(t, user, "principalId", "arn", "accountId", "accessKeyId", "userName", "invokedBy")
	user["sessionContext"] = map[string]any{"sessionIssuer": map[string]any{"arn": words().Draw(t, "issuer")}}
	user["onBehalfOf"] = map[string]any{"userId": words().Draw(t, "behalf")}
	r["userIdentity"] = user
	fields(t, r, "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent", "errorCode",
		"errorMessage", "requestID", "eventType", "eventCategory", "recipientAccountId", "readOnly")
	for _, key := range []string{"requestParameters", "responseElements", "additionalEventData", "resources"} {
		r[key] = anyJSON(3).Draw(t, key)
	}
	if rapid.Bool().Draw(t, "data") {
		r["managementEvent"] = rapid.Bool().Draw(t, "management")
		r["readOnly"] = rapid.Bool().Draw(t, "ro")
	}
	return r
}

// fields sets some of the fields, now and then to something that is no string.
func fields(t *rapid.T, m map[string]any, names ...string) {
	for _, name := range names {
		switch rapid.IntRange(0, 5).Draw(t, name) {
		case 0, 1:
			m[name] = words().Draw(t, name+" value")
		case 2:
			m[name] = anyJSON(1).Draw(t, name+" odd")
		}
	}
}

// render writes JSON minified or pretty, with letters escaped or not.
func render(t *rapid.T, v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if rapid.Bool().Draw(t, "pretty") {
		var b bytes.Buffer
		if err := json.Indent(&b, raw, "", "  "); err != nil {
			t.Fatal(err)
		}
		raw = b.Bytes()
	}
	if rapid.IntRange(0, 3).Draw(t, "escape") == 0 {
		raw = bytes.ReplaceAll(raw, []byte("arn:"), []byte(`\u0061rn:`))
	}
	return raw
}

func TestRandomRecordsEqualReference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := render(t, randomRecord(t))
		want := reference(raw, day())
		var got []auditlog.Event
		o := aws.EventOptions{Now: day}
		_, _, err := aws.ParseEvents(bytes.NewReader(raw), "doc", o, func(ev *auditlog.Event) error {
			got = append(got, keepEvent(ev))
			return nil
		})
		switch {
		case err != nil:
			t.Fatal(err)
		case want == nil && len(got) == 0:
		case want == nil || len(got) != 1:
			t.Fatalf("reference %+v, got %+v of %s", want, got, raw)
		default:
			if diff := cmp.Diff(want, &got[0], cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%s\n(-reference +got):\n%s", raw, diff)
			}
		}
	})
}

// plainRecord is a record that is taken in any container.
func plainRecord(id int) map[string]any {
	return map[string]any{
		"eventVersion": "1.08", "eventTime": "2024-01-02T03:04:05Z", "eventSource": "s3.amazonaws.com",
		"eventName": "ListBuckets", "eventID": fmt.Sprintf("id-%d", id), "eventType": "AwsApiCall",
		"userIdentity":      map[string]any{"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/u", "accountId": "111122223333"},
		"requestParameters": map[string]any{"text": "{[\"}], é", "list": []any{1, 2}}, "responseElements": nil,
	}
}

// container puts records into one of the shapes in which they come.
func container(t *rapid.T, records []map[string]any) []byte {
	var lines [][]byte
	for _, r := range records {
		lines = append(lines, ordered(r))
	}
	list := bytes.Join(lines, []byte(","))
	switch rapid.IntRange(0, 6).Draw(t, "container") {
	case 0:
		return slices.Concat([]byte(`{"Records":[`), list, []byte(`]}`))
	case 1:
		return slices.Concat([]byte(` [`), list, []byte("] \n"))
	case 2:
		return append(bytes.Join(lines, []byte("\n")), '\n')
	case 3:
		return slices.Concat([]byte("\xef\xbb\xbf{\"x\":{\"y\":[1]},\n\"Records\" : [\n"), list, []byte("\n] , \"z\" : [{}] }\n"))
	case 4:
		return wrap(lines, `{"EventTime":1.5,"CloudTrailEvent":%q}`, `{"NextToken":"t","Events":[%s]}`)
	case 5:
		return wrap(lines, `{"version":"0","detail":%s}`, "%s")
	}
	half := len(lines) / 2
	return slices.Concat([]byte(`{"Records":[`), bytes.Join(lines[:half], []byte(",")), []byte("]}\n{\"Records\":["),
		bytes.Join(lines[half:], []byte(",")), []byte("]}"))
}

// ordered renders a record with its version first, as CloudTrail does.
func ordered(r map[string]any) []byte {
	raw, _ := json.Marshal(r)
	return append([]byte(`{"eventVersion":"1.08",`), raw[1:]...)
}

func wrap(lines [][]byte, each, all string) []byte {
	var parts []string
	for _, l := range lines {
		if strings.Contains(each, "%q") {
			quoted, _ := json.Marshal(string(l))
			l = quoted
		}
		parts = append(parts, fmt.Sprintf(strings.ReplaceAll(each, "%q", "%s"), l))
	}
	sep := ","
	if all == "%s" {
		sep = "\n"
	}
	return fmt.Appendf(nil, all, strings.Join(parts, sep))
}

func TestContainersAndReads(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "records")
		var records []map[string]any
		for i := range n {
			records = append(records, plainRecord(i))
		}
		doc := container(t, records)
		if n == 0 {
			doc = []byte(`{"Records":[]}`)
		}
		if rapid.Bool().Draw(t, "gzip") {
			doc = zipped(doc)
		}
		var in io.Reader = bytes.NewReader(doc)
		switch rapid.IntRange(0, 3).Draw(t, "reader") {
		case 1:
			in = iotest.OneByteReader(in)
		case 2:
			in = iotest.HalfReader(in)
		case 3:
			in = iotest.DataErrReader(in)
		}
		var ids []string
		o := aws.EventOptions{Now: day}
		stats, problems, err := aws.ParseEvents(in, "doc", o, func(ev *auditlog.Event) error {
			ids = append(ids, ev.ID)
			return nil
		})
		if err != nil || len(problems) > 0 || stats.In != int64(n) || len(ids) != n {
			t.Fatalf("%d records became %d events: %+v, %v, %v", n, len(ids), stats, problems, err)
		}
		for i, id := range ids {
			if want := fmt.Sprintf("id-%d", i); id != want {
				t.Fatalf("event %d is %s, want %s", i, id, want)
			}
		}
	})
}

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

// TestOneBrokenRecord breaks one byte of one record: all others must come
// through, once each.
func TestOneBrokenRecord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const n = 9
		broken := rapid.IntRange(0, n-1).Draw(t, "record")
		var lines [][]byte
		for i := range n {
			lines = append(lines, ordered(plainRecord(i)))
		}
		at := rapid.IntRange(0, len(lines[broken])-1).Draw(t, "byte")
		c := rapid.SampledFrom([]byte("\"{}[]\\,:x1 \n\x00'")).Draw(t, "with")
		switch rapid.IntRange(0, 2).Draw(t, "how") {
		case 0:
			lines[broken][at] = c
		case 1:
			lines[broken] = slices.Delete(lines[broken], at, at+1)
		case 2:
			lines[broken] = slices.Insert(lines[broken], at, c)
		}
		doc := slices.Concat([]byte(`{"Records":[`), bytes.Join(lines, []byte(",")), []byte(`]}`))
		if rapid.Bool().Draw(t, "lines") {
			doc = bytes.Join(lines, []byte("\n"))
		}
		seen := map[string]int{}
		stats, _, err := aws.ParseEvents(bytes.NewReader(doc), "doc", aws.EventOptions{Now: day}, func(ev *auditlog.Event) error {
			seen[ev.ID]++
			return nil
		})
		if err != nil || stats.In != stats.Parsed+stats.RejectedTotal() {
			t.Fatal(stats, err)
		}
		for i := range n {
			if id := fmt.Sprintf("id-%d", i); i != broken && seen[id] != 1 {
				t.Fatalf("event %s came %d times of %s", id, seen[id], doc)
			}
		}
	})
}
