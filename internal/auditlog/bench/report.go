package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// report is the figures of all parts; peer is nil where DuckDB is not there.
type report struct{ store, insert, peer *figures }

func (r *report) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	r.printLoad(w)
	r.printQueries(w)
	return w.Flush()
}

func (r *report) printLoad(w io.Writer) {
	_, _ = fmt.Fprintf(w, "%d events\tevents/s\tratio\tcore s\tratio\ton disk after\tB/event on disk\tpeak MiB\n", r.store.Events)
	line := func(name string, f *figures, bytes int64) {
		if f == nil {
			return
		}
		_, _ = fmt.Fprintf(w, "%s\t%.0f\t%.2f\t%.1f\t%.2f\t%.1f s\t%.0f\t%d\n",
			name, f.rate(), r.store.rate()/f.rate(), f.CPU, f.CPU/r.store.CPU, f.Durable,
			float64(bytes)/float64(f.Events), f.Peak>>20)
	}
	line("audit store, gz to queryable", r.store, r.store.Bytes)
	line("VictoriaLogs, jsonline insert", r.insert, r.insert.Bytes)
	if r.peer != nil {
		line("DuckDB "+r.peer.Version+", read_json to table", r.peer, r.peer.Bytes)
	}
}

func (f *figures) rate() float64 { return float64(f.Events) / f.Load }

func (r *report) printQueries(w io.Writer) {
	_, _ = fmt.Fprintln(w, "\nquery, median (first)\taudit store\tDuckDB, sorted Parquet\tratio")
	for _, q := range questions() {
		mine := r.store.Queries[q.name]
		_, _ = fmt.Fprintf(w, "%s\t%s\t", q.title, mine)
		if r.peer != nil && q.peer != "" {
			theirs := r.peer.Queries[q.peer]
			_, _ = fmt.Fprintf(w, "%s\t%.2f", theirs, theirs.Median/mine.Median)
		}
		_, _ = fmt.Fprintln(w)
	}
}

func (t timing) String() string {
	return fmt.Sprintf("%.1f ms (%.1f), %d rows", t.Median*1e3, t.First*1e3, t.Rows)
}
