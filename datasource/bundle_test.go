// Package datasource_test looks at the plugin as it is built.
package datasource_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkBundle tells the size of the built front end, in KiB: of module.js,
// which Grafana loads with every page that uses the plugin, and of all with the
// chunks, which come when an editor is opened. There is nothing to time but
// making gzip of it.
func BenchmarkBundle(b *testing.B) {
	module, err := os.ReadFile(filepath.Join("dist", "module.js"))
	if os.IsNotExist(err) {
		b.Skip("the plugin is not built: go tool mage plugin")
	}
	if err != nil {
		b.Fatal(err)
	}
	chunks := chunksOf(b, string(module))
	for b.Loop() {
		packed(b, module)
	}
	b.ReportMetric(kib(len(module)), "module-KiB")
	b.ReportMetric(kib(packed(b, module)), "module-gzip-KiB")
	all, allPacked := len(module), packed(b, module)
	for _, text := range chunks {
		all += len(text)
		allPacked += packed(b, text)
	}
	b.ReportMetric(kib(all), "all-KiB")
	b.ReportMetric(kib(allPacked), "all-gzip-KiB")
	b.ReportMetric(float64(len(chunks)), "chunks")
}

// chunksOf reads the chunks that a module loads: it has their names, in the form
// of numbers and hashes. Others are of builds before.
func chunksOf(b *testing.B, module string) [][]byte {
	b.Helper()
	files, err := filepath.Glob(filepath.Join("dist", "*.js"))
	if err != nil {
		b.Fatal(err)
	}
	var list [][]byte
	for _, file := range files {
		parts := strings.Split(filepath.Base(file), ".")
		if len(parts) != 3 || !strings.Contains(module, parts[1]) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, text)
	}
	if len(list) == 0 {
		b.Fatal("dist/module.js names none of the chunks beside it: build the plugin anew")
	}
	return list
}

func packed(b *testing.B, text []byte) int {
	b.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Len()
}

func kib(n int) float64 { return float64(n) / 1024 }
