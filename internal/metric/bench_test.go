package metric_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/leastward/leastward/internal/metric"
)

// The exposition of a large family, three ways, over the same series:
//
//   - promhttp: a collector that makes a constant metric for each series at
//     each scrape, the usual way to expose what a program knows;
//   - render: our writer renders the page and publishes it, then one scrape;
//   - cached: one scrape of a page that was published before.
//
// All three end in the same handler call with the same discarding response.
func BenchmarkExposition(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		rows := makeRows(n)
		for _, encoding := range []string{"identity", "gzip"} {
			suffix := "/series=" + strconv.Itoa(n) + "/encoding=" + encoding
			b.Run("promhttp"+suffix, func(b *testing.B) { benchPromhttp(b, rows, encoding) })
			b.Run("render"+suffix, func(b *testing.B) { benchRender(b, rows, encoding) })
			b.Run("cached"+suffix, func(b *testing.B) { benchCached(b, rows, encoding) })
		}
	}
}

type row struct {
	identity, kind, owner string
	pci                   float64
}

func makeRows(n int) []row {
	rows := make([]row, n)
	for i := range rows {
		rows[i] = row{
			identity: fmt.Sprintf("arn:aws:iam::111122223333:role/team-%d/service-%07d", i%97, i), kind: "role",
			owner: "team-" + strconv.Itoa(i%97), pci: float64(i%10_000) / 100,
		}
	}
	return rows
}

type rowCollector struct {
	rows []row
	desc *prometheus.Desc
}

func (c rowCollector) Describe(ch chan<- *prometheus.Desc) { ch <- c.desc }

func (c rowCollector) Collect(ch chan<- prometheus.Metric) {
	for i := range c.rows {
		r := &c.rows[i]
		ch <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, r.pci, "aws", "111122223333", r.identity, r.kind, r.owner)
	}
}

func benchPromhttp(b *testing.B, rows []row, encoding string) {
	b.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(rowCollector{rows, metric.NewDesc(metric.IdentityPCI())})
	scrape(b, promhttp.HandlerFor(registry, promhttp.HandlerOpts{}), encoding, nil)
}

func benchRender(b *testing.B, rows []row, encoding string) {
	b.Helper()
	e := metric.NewExposition(metric.ExpositionOptions{})
	scrape(b, e, encoding, func() { publish(b, e, rows) })
}

func benchCached(b *testing.B, rows []row, encoding string) {
	b.Helper()
	e := metric.NewExposition(metric.ExpositionOptions{})
	publish(b, e, rows)
	e.ServeHTTP(&discard{header: http.Header{}}, request(context.Background(), http.MethodGet, encoding))
	scrape(b, e, encoding, nil)
}

func publish(b *testing.B, e *metric.Exposition, rows []row) {
	b.Helper()
	w := metric.NewWriter()
	w.Family(metric.IdentityPCI())
	w.With("aws", "111122223333")
	for i := range rows {
		r := &rows[i]
		w.Sample(r.pci, r.identity, r.kind, r.owner)
	}
	if err := e.Publish("111122223333", page(b, w)); err != nil {
		b.Fatal(err)
	}
}

// scrape measures prepare (if any) and one call of the handler.
func scrape(b *testing.B, h http.Handler, encoding string, prepare func()) {
	b.Helper()
	b.ReportAllocs()
	var size int
	for b.Loop() {
		if prepare != nil {
			prepare()
		}
		w := &discard{header: http.Header{}}
		h.ServeHTTP(w, request(context.Background(), http.MethodGet, encoding))
		size = w.size
	}
	if size == 0 {
		b.Fatal("the scrape was empty")
	}
	b.ReportMetric(float64(size)/(1<<20), "MiB")
}

// discard is a response that only counts.
type discard struct {
	header http.Header
	size   int
}

func (d *discard) Header() http.Header { return d.header }
func (d *discard) WriteHeader(int)     {}
func (d *discard) Write(p []byte) (int, error) {
	d.size += len(p)
	return len(p), nil
}

// BenchmarkExpositionHTTP is the cached scrape and promhttp's over a real
// connection on loopback, read to its end by a client.
func BenchmarkExpositionHTTP(b *testing.B) {
	const n = 1_000_000
	rows := makeRows(n)
	registry := prometheus.NewRegistry()
	registry.MustRegister(rowCollector{rows, metric.NewDesc(metric.IdentityPCI())})
	e := metric.NewExposition(metric.ExpositionOptions{})
	publish(b, e, rows)
	for _, encoding := range []string{"identity", "gzip"} {
		b.Run("promhttp/encoding="+encoding, func(b *testing.B) {
			fetch(b, promhttp.HandlerFor(registry, promhttp.HandlerOpts{}), encoding)
		})
		b.Run("cached/encoding="+encoding, func(b *testing.B) { fetch(b, e, encoding) })
	}
}
