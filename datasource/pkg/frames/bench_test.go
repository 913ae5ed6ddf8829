package frames_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/leastward/leastward/datasource/pkg/frames"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

func someEvents(n int) []api.AuditEvent {
	out := make([]api.AuditEvent, n)
	for i := range out {
		out[i] = api.AuditEvent{
			Time: time.Unix(int64(i), 0), ID: fmt.Sprint(i), Cloud: "aws", System: "111111111111", Identity: "arn:aws:iam::111111111111:user/ana",
			Username: "ana", Service: "s3.amazonaws.com", Name: "CopyObject", Actions: []entitlement.Action{"s3:GetObject", "s3:PutObject"},
			Resources: []api.AuditResource{{ID: "arn:aws:s3:::a", Type: "AWS::S3::Bucket"}}, Outcome: "success", Address: "203.0.113.9",
		}
	}
	return out
}

// someTable has ten columns of texts, ten of numbers and two of times.
func someTable(n int) *api.Table {
	t := &api.Table{Name: "identities", Rows: n, Total: n}
	for c := range 22 {
		column := api.Column{ColumnInfo: api.ColumnInfo{Name: fmt.Sprint("c", c), Type: api.ColumnString}}
		for i := range n {
			switch {
			case c < 10:
				column.Strings = append(column.Strings, new(fmt.Sprint(c, i)))
			case c < 20:
				column.Type = api.ColumnNumber
				column.Numbers = append(column.Numbers, new(float64(i)))
			default:
				column.Type = api.ColumnTime
				column.Times = append(column.Times, new(int64(i)))
			}
		}
		t.Columns = append(t.Columns, column)
	}
	return t
}

const rows = 10_000

func measured(b *testing.B, convert func() error) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if err := convert(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkEvents(b *testing.B) {
	links, events := frames.Links{UID: "leastward"}, someEvents(rows)
	measured(b, func() error { links.Events(events, false); return nil })
}

func BenchmarkLogs(b *testing.B) {
	links, events := frames.Links{UID: "leastward"}, someEvents(rows)
	measured(b, func() error {
		_, err := links.Logs(events, false, nil)
		return err
	})
}

func BenchmarkTable(b *testing.B) {
	links, table := frames.Links{UID: "leastward"}, someTable(rows)
	measured(b, func() error {
		_, err := links.Table(table)
		return err
	})
}

func BenchmarkTableNumbers(b *testing.B) {
	table := someTable(rows)
	measured(b, func() error {
		_, _, err := frames.TableNumbers(table, frames.Pick{})
		return err
	})
}

// What goes over the wire to Grafana is the greater part of the work.
func BenchmarkEventsEncoded(b *testing.B) {
	links, events := frames.Links{UID: "leastward"}, someEvents(rows)
	measured(b, func() error {
		_, err := links.Events(events, false)[0].MarshalArrow()
		return err
	})
}

func BenchmarkTableEncoded(b *testing.B) {
	links, table := frames.Links{UID: "leastward"}, someTable(rows)
	measured(b, func() error {
		out, err := links.Table(table)
		if err != nil {
			return err
		}
		_, err = out[0].MarshalArrow()
		return err
	})
}
