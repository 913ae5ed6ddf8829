package row_test

import (
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func typical() auditlog.Event {
	return auditlog.Event{
		ID: "8e3b0f06-1b2c-4d5e-8f90-0123456789ab", Time: time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC), Cloud: entitlement.AWS,
		System: "111122223333", Identity: "arn:aws:iam::111122223333:role/app", IdentityType: "AssumedRole", IdentityName: "app",
		Session: "i-0123456789abcdef0", AccessKey: "ASIAEXAMPLE000000001", Source: "s3.amazonaws.com", Name: "GetObject",
		Actions: []entitlement.Action{"s3:GetObject"}, Mapping: auditlog.Mapped,
		Resources: []auditlog.Resource{{ID: "arn:aws:s3:::data/2026/03/01/part-00001", Type: "AWS::S3::Object"}, {ID: "arn:aws:s3:::data", Type: "AWS::S3::Bucket"}},
		Outcome:   auditlog.Success, Address: "10.1.2.3", UserAgent: "aws-sdk-go-v2/1.30 os/linux", Region: "eu-central-1",
		ReadOnly: true, DataEvent: true, RequestID: "0123456789ABCDEF", Detail: "data 2026/03/01/part-00001 AES256",
	}
}

func BenchmarkAppend(b *testing.B) {
	b.ReportAllocs()
	enc, ev := row.NewEncoder(catalog.AWS()), typical()
	var dst []auditlog.Field
	for b.Loop() {
		dst = enc.AppendColumns(dst[:0], &ev)
	}
}

func BenchmarkDecode(b *testing.B) {
	b.ReportAllocs()
	ev := typical()
	r := row.NewEncoder(catalog.AWS()).Append(nil, &ev)
	for b.Loop() {
		if _, err := row.Decode(r); err != nil {
			b.Fatal(err)
		}
	}
}
