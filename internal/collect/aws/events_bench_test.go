package aws_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/usage"
)

// deliveries writes delivery files like those of a busy account and returns
// their folder and their size before compression.
func deliveries(b *testing.B, files, events int) (dir string, size int64) {
	b.Helper()
	dir = b.TempDir()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same files each time
	for f := range files {
		doc := delivery(random, events)
		size += int64(len(doc))
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.json.gz", f)), zipped(doc), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return dir, size
}

func delivery(random *rand.Rand, events int) []byte {
	calls := []struct{ source, name, parameters string }{
		{"ec2.amazonaws.com", "DescribeInstances", `{"instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0"}]},"filterSet":{}}`},
		{"s3.amazonaws.com", "GetBucketAcl", `{"bucketName":"my-bucket","Host":"my-bucket.s3.amazonaws.com","acl":""}`},
		{"sts.amazonaws.com", "AssumeRole", `{"roleArn":"arn:aws:iam::111122223333:role/deploy","roleSessionName":"s","durationSeconds":3600}`},
		{"kms.amazonaws.com", "Decrypt", `{"encryptionContext":{"aws:lambda:FunctionArn":"arn:aws:lambda:eu-west-1:111122223333:function:f"}}`},
		{"iam.amazonaws.com", "ListRoles", `{"maxItems":100}`},
		{"lambda.amazonaws.com", "CreateFunction20150331", `{"functionName":"f","role":"arn:aws:iam::111122223333:role/x"}`},
	}
	out := bytes.NewBufferString(`{"Records":[`)
	for i := range events {
		c := calls[random.IntN(len(calls))]
		user := random.IntN(200)
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(out, `{"eventVersion":"1.09","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE%04d:session-%d","arn":"arn:aws:sts::111122223333:assumed-role/role-%d/session-%d","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE%06d","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLE%04d","arn":"arn:aws:iam::111122223333:role/team/role-%d","accountId":"111122223333","userName":"role-%d"},"attributes":{"creationDate":"2025-01-02T03:04:05Z","mfaAuthenticated":"false"}}},`,
			user, user%9, user, user%9, random.IntN(1e5), user, user, user)
		fmt.Fprintf(out, `"eventTime":"2025-01-02T%02d:%02d:%02dZ","eventSource":%q,"eventName":%q,"awsRegion":"eu-west-1","sourceIPAddress":"10.0.%d.%d","userAgent":"aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.173.0","requestParameters":%s,"responseElements":null,`,
			random.IntN(24), random.IntN(60), random.IntN(60), c.source, c.name, random.IntN(250), random.IntN(250), c.parameters)
		fmt.Fprintf(out, `"requestID":"%08x-0000-4000-8000-%012x","eventID":"%08x-%04x-4000-8000-%012x","readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"%s"}}`,
			random.Uint32(), random.Int64N(1<<48), random.Uint32(), random.IntN(1<<16), random.Int64N(1<<48), c.source)
	}
	out.WriteString("]}")
	return out.Bytes()
}

// BenchmarkEvents reads compressed delivery files from disk: through the
// reader alone, through reader and usage index, and through a reader that is
// written the plain way, with encoding/json.
func BenchmarkEvents(b *testing.B) {
	const files, events = 40, 1000
	dir, size := deliveries(b, files, events)
	run := func(name string, read func() (int, error)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				if n, err := read(); err != nil || n != files*events {
					b.Fatalf("%d events: %v", n, err)
				}
			}
			b.ReportMetric(float64(files*events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
	readWith := func(workers int, sink func(*auditlog.Event)) func() (int, error) {
		return func() (int, error) {
			o := aws.EventOptions{Now: day, Workers: workers}
			stats, _, err := aws.ReadEvents(b.Context(), dir, o, func(ev *auditlog.Event) error {
				sink(ev)
				return nil
			})
			return int(stats.Parsed), err
		}
	}
	run("one worker", readWith(1, func(*auditlog.Event) {}))
	run("two workers", readWith(2, func(*auditlog.Event) {}))
	index := usage.New(catalog.AWS())
	run("two workers into the index", readWith(2, func(ev *auditlog.Event) { index.Add(ev) }))
	run("encoding json", func() (int, error) { return plainRead(dir) })
}

// plainRead decodes the same fields into structs.
func plainRead(dir string) (int, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.gz"))
	n := 0
	for _, path := range paths {
		m, err := plainFile(path)
		if err != nil {
			return n, err
		}
		n += m
	}
	return n, err
}

type plainEvent struct {
	EventID, EventTime, EventSource, EventName, EventType, EventCategory string
	AwsRegion, SourceIPAddress, UserAgent, ErrorCode, ErrorMessage       string
	RequestID, RecipientAccountID                                        string
	ReadOnly, ManagementEvent                                            bool
	UserIdentity                                                         struct {
		Type, PrincipalID, Arn, AccountID, AccessKeyID, UserName, InvokedBy string
		SessionContext                                                      struct{ SessionIssuer struct{ Arn string } }
	}
	RequestParameters map[string]any
	Resources         []struct{ ARN, Type string }
}

func plainFile(path string) (int, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close() //nolint:errcheck // opened for reading
	in, err := gzip.NewReader(file)
	if err != nil {
		return 0, err
	}
	doc, err := io.ReadAll(in)
	if err != nil {
		return 0, err
	}
	var records struct{ Records []plainEvent }
	if err := json.Unmarshal(doc, &records); err != nil {
		return 0, err
	}
	return len(records.Records), nil
}
