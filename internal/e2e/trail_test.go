package e2e_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const trailBucket = "trail-of-the-organisation"

// seedTrail starts a trail and delivers what it recorded in a hundred days:
// ana lists the buckets every ten days. The emulator records nothing itself.
func (a *account) seedTrail() {
	t, ctx := a.t, a.t.Context()
	t.Helper()
	objects := s3.NewFromConfig(a.config(), func(o *s3.Options) { o.UsePathStyle = true })
	must(objects.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: awssdk.String(trailBucket)}))(t)
	trails := cloudtrail.NewFromConfig(a.config())
	name := awssdk.String("main")
	must(trails.CreateTrail(ctx, &cloudtrail.CreateTrailInput{
		Name: name, S3BucketName: awssdk.String(trailBucket), IsMultiRegionTrail: awssdk.Bool(true),
	}))(t)
	must(trails.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: name}))(t)
	now := time.Now().UTC().Add(-time.Hour)
	for day := 0; day <= 100; day += 10 {
		at := now.AddDate(0, 0, -day)
		key := fmt.Sprintf("AWSLogs/%[1]s/CloudTrail/%[2]s/%[3]s/%[1]s_CloudTrail_%[2]s_%[4]s_%016[5]X.json.gz",
			accountID, region, at.Format("2006/01/02"), at.Format("20060102T1504Z"), day)
		must(objects.PutObject(ctx, &s3.PutObjectInput{
			Bucket: awssdk.String(trailBucket), Key: &key, Body: bytes.NewReader(delivery(t, at)),
		}))(t)
	}
}

func delivery(t *testing.T, at time.Time) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	must(fmt.Fprintf(w, `{"Records":[{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":%q,`+
		`"accountId":%q,"userName":"ana"},"eventTime":%q,"eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":%q,`+
		`"sourceIPAddress":"192.0.2.10","userAgent":"aws-cli","requestParameters":null,"responseElements":null,"eventID":"event-%d",`+
		`"readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":%q}]}`,
		userARN("ana"), accountID, at.Format(time.RFC3339), region, at.Unix(), accountID))(t)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
