package aws

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseNotice(t *testing.T) {
	t.Parallel()
	const s3 = `{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"AWSLogs/a+b%2Bc%C3%A9"}}}]}`
	within := func(body string) string {
		return fmt.Sprintf(`{"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:::t","Message":%q}`, body)
	}
	for name, test := range map[string]struct {
		body, refused string
		want          []created
	}{
		"of S3":            {body: s3, want: []created{{"b", "AWSLogs/a b+cé"}}},
		"of S3 within SNS": {body: within(s3), want: []created{{"b", "AWSLogs/a b+cé"}}},
		"several": {
			body: `{"Records":[{"eventName":"ObjectCreated:Copy","s3":{"bucket":{"name":"b"},"object":{"key":"1"}}},{"eventName":"ObjectRemoved:Delete","s3":{}},{"eventName":"ObjectCreated:CompleteMultipartUpload","s3":{"bucket":{"name":"b"},"object":{"key":"2"}}}]}`,
			want: []created{{"b", "1"}, {"b", "2"}},
		},
		"of EventBridge, whose keys are not encoded": {
			body: `{"version":"0","source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"b"},"object":{"key":"a+b%2B"},"reason":"PutObject"}}`,
			want: []created{{"b", "a+b%2B"}},
		},
		"of EventBridge, something else": {body: `{"source":"aws.s3","detail-type":"Object Deleted","detail":{"bucket":{"name":"b"},"object":{"key":"k"}}}`},
		"of CloudTrail":                  {body: `{"s3Bucket":"b","s3ObjectKey":["k1","k+2"]}`, want: []created{{"b", "k1"}, {"b", "k+2"}}},
		"of CloudTrail within SNS":       {body: within(`{"s3Bucket":"b","s3ObjectKey":["k1"]}`), want: []created{{"b", "k1"}}},
		"the test of S3":                 {body: `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2024-01-01T00:00:00.000Z","Bucket":"b"}`},
		"no JSON":                        {body: "hello", refused: "is no JSON object"},
		"an array":                       {body: "[1]", refused: "is no JSON object"},
		"something else":                 {body: `{"a":1}`, refused: "is no notification"},
		"null":                           {body: `null`, refused: "is no notification"},
		"text within SNS":                {body: within("hello"), refused: "within that of SNS"},
		"no bucket":                      {body: `{"Records":[{"eventName":"ObjectCreated:Put","s3":{"object":{"key":"k"}}}]}`, refused: "names no bucket"},
		"a key that is cut":              {body: `{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"a%4"}}}]}`, refused: "not encoded"},
	} {
		got, err := parseNotice(test.body)
		if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(created{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if (err != nil) != (test.refused != "") || err != nil && !strings.Contains(err.Error(), test.refused) {
			t.Errorf("%s: error %v, want %q", name, err, test.refused)
		}
	}
}

func FuzzParseNotice(f *testing.F) {
	f.Add(`{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"k%20"}}}]}`)
	f.Add(`{"Message":"{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"k\"]}"}`)
	f.Add(`{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"b"},"object":{"key":"k"}}}`)
	f.Fuzz(func(t *testing.T, body string) {
		all, err := parseNotice(body)
		if err != nil && len(all) > 0 || err == nil && !json.Valid([]byte(body)) {
			t.Errorf("%q: %v and %v", body, all, err)
		}
		for _, o := range all {
			if o.bucket == "" || o.key == "" {
				t.Errorf("%q names %+v", body, o)
			}
		}
	})
}

func TestFolderOf(t *testing.T) {
	t.Parallel()
	c := &Collector{options: Options{Trail: Bucket{Prefix: "logs/x"}}, account: "111122223333"}
	for key, want := range map[string][2]string{
		"logs/x/AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/02/f.json.gz":       {"logs/x/AWSLogs/111122223333/CloudTrail/eu-west-1/", "111122223333"},
		"logs/x/AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/2024/01/02/f.json.gz": {"logs/x/AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/", "111122223333"},
		"logs/x/AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2024/01/02/f":        {"", "111122223333"},
		"logs/x/AWSLogs/444455556666/CloudTrail/eu-west-1/2024/01/02/f.json.gz":       {"logs/x/AWSLogs/444455556666/CloudTrail/eu-west-1/", "444455556666"},
		"AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/02/f.json.gz":              {"", ""},
		"logs/x/AWSLogs/elsewhere": {"", ""},
		"logs/x/AWSLogs/111122223333/../444455556666/CloudTrail/eu-west-1/f": {"", "111122223333"},
	} {
		folder, account := c.folderOf(key)
		if got := [2]string{folder, account}; got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}
