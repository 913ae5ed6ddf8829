package embedded_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/entitlement"
)

// generated returns events as CloudTrail has them: 40 accounts, 300 identities,
// records of some 1.5 KB, over some days.
func generated(n, days int, raw bool) []auditlog.Event {
	r := rand.New(rand.NewPCG(1, 2))
	calls := []entitlement.Action{"s3:GetObject", "s3:PutObject", "ec2:DescribeInstances", "sts:AssumeRole", "kms:Decrypt", "iam:GetRole", "lambda:InvokeFunction", "logs:CreateLogStream"}
	at := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -days-1)
	out := make([]auditlog.Event, n)
	for i := range out {
		a := calls[r.IntN(len(calls))]
		service, call, _ := strings.Cut(string(a), ":")
		who := r.IntN(300)
		account := fmt.Sprintf("%012d", 100_000_000_000+who%40)
		ev := auditlog.Event{
			ID:       fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), i),
			Time:     at.Add(time.Duration(int64(i) * (int64(days) * int64(24*time.Hour) / int64(n)))).Truncate(time.Second),
			Cloud:    entitlement.AWS,
			System:   entitlement.SystemID(account),
			Identity: entitlement.IdentityID(fmt.Sprintf("arn:aws:iam::%s:role/app-%d", account, who)), IdentityType: "AssumedRole",
			IdentityName: fmt.Sprintf("app-%d", who), Session: fmt.Sprintf("i-%017x", who*7919),
			AccessKey: entitlement.AccessKeyID(fmt.Sprintf("ASIA%016d", who*31)), Source: service + ".amazonaws.com", Name: call,
			Actions: []entitlement.Action{a}, Mapping: auditlog.Mapped, Outcome: auditlog.Success,
			Resources: []auditlog.Resource{{ID: entitlement.ResourceID(fmt.Sprintf("arn:aws:s3:::bucket-%d/key/%d", who%20, r.IntN(10000))), Type: "AWS::S3::Object"}},
			Address:   fmt.Sprintf("10.%d.%d.%d", who%256, who%7, r.IntN(4)), UserAgent: "aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5",
			Region: "eu-central-1", ReadOnly: r.IntN(2) == 0, RequestID: fmt.Sprintf("%016X", r.Uint64()),
			Detail: fmt.Sprintf("bucket-%d key/%d AES256", who%20, r.IntN(10000)),
		}
		if r.IntN(20) == 0 {
			ev.Outcome, ev.ErrorCode, ev.ErrorText = auditlog.AuthorizationFailure, "AccessDenied", "User: "+string(ev.Identity)+" is not authorized to perform: "+string(a)
		}
		if raw {
			ev.Raw = record(&ev)
		}
		out[i] = ev
	}
	return out
}

func record(ev *auditlog.Event) []byte {
	return fmt.Appendf(nil, `{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLEID:%s","arn":"%s","accountId":"%s",`+
		`"accessKeyId":"%s","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLEID","arn":"%s","accountId":"%s","userName":"%s"},`+
		`"webIdFederationData":{},"attributes":{"creationDate":"%s","mfaAuthenticated":"false"},"ec2RoleDelivery":"2.0"}},"eventTime":"%s","eventSource":"%s",`+
		`"eventName":"%s","awsRegion":"%s","sourceIPAddress":"%s","userAgent":"[%s]","requestParameters":{"bucketName":"x","Host":"x.s3.eu-central-1.amazonaws.com","key":"%s"},`+
		`"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader",`+
		`"x-amz-id-2":"%016x%016x%016x","bytesTransferredOut":%d},"requestID":"%s","eventID":"%s","readOnly":%t,"resources":[{"type":"AWS::S3::Object","ARN":"%s"}],`+
		`"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"%s","eventCategory":"Data","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256",`+
		`"clientProvidedHostHeader":"x.s3.eu-central-1.amazonaws.com"}}`,
		ev.Session, ev.Identity, ev.System, ev.AccessKey, ev.Identity, ev.System, ev.IdentityName, ev.Time.Format(time.RFC3339), ev.Time.Format(time.RFC3339),
		ev.Source, ev.Name, ev.Region, ev.Address, ev.UserAgent, ev.Resources[0].ID, rand.Uint64(), rand.Uint64(), rand.Uint64(), len(ev.ID)*ev.Time.Second(),
		ev.RequestID, ev.ID, ev.ReadOnly, ev.Resources[0].ID, ev.System)
}

// BenchmarkAdd adds 200,000 events in batches of 1,000 by two goroutines and
// syncs: one operation is all of it.
func BenchmarkAdd(b *testing.B) {
	for _, tt := range []struct {
		days int
		raw  bool
	}{{1, true}, {1, false}, {90, true}} {
		b.Run(fmt.Sprintf("days=%d,records=%t", tt.days, tt.raw), func(b *testing.B) {
			b.ReportAllocs()
			evs := generated(200_000, tt.days, tt.raw)
			var bytes int64
			for b.Loop() {
				b.StopTimer()
				s := open(b, embedded.Options{})
				b.StartTimer()
				addAll(b, s, evs)
				b.StopTimer()
				st, err := s.Stats(b.Context())
				if err != nil || st.Events != int64(len(evs)) {
					b.Fatalf("Stats() = %+v, %v, want %d events", st, err, len(evs))
				}
				bytes = st.Bytes
				b.StartTimer()
			}
			b.ReportMetric(float64(len(evs))*float64(b.N)/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(float64(bytes)/float64(len(evs)), "disk-B/event")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func addAll(tb testing.TB, s auditlog.Store, evs []auditlog.Event) {
	tb.Helper()
	var g errgroup.Group
	const workers, size = 2, 1000
	for w := range workers {
		g.Go(func() error {
			for i := w * size; i < len(evs); i += workers * size {
				if _, err := s.Add(tb.Context(), evs[i:min(i+size, len(evs))]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		tb.Fatal(err)
	}
	if _, err := s.Sync(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkSync adds an event to each of some days and syncs.
func BenchmarkSync(b *testing.B) {
	for _, days := range []int{1, 10, 90} {
		b.Run(fmt.Sprintf("days=%d", days), func(b *testing.B) {
			b.ReportAllocs()
			s := open(b, embedded.Options{})
			n := 0
			for b.Loop() {
				var evs []auditlog.Event
				for d := range days {
					ev := some(1, d+1)[0]
					n++
					ev.ID = fmt.Sprint(n)
					evs = append(evs, ev)
				}
				add(b, s, evs)
				syncNow(b, s)
			}
		})
	}
}
