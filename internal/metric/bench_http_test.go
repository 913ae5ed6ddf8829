package metric_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// fetch measures a GET over loopback, the first one (which may fill caches)
// left out.
func fetch(b *testing.B, h http.Handler, encoding string) {
	b.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	get := func() int64 {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, server.URL, http.NoBody)
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", encoding)
		resp, err := client.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		n, err := io.Copy(io.Discard, resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK || n == 0 {
			b.Fatal(resp.Status, n, err)
		}
		return n
	}
	size := get()
	b.ReportAllocs()
	for b.Loop() {
		get()
	}
	b.ReportMetric(float64(size)/(1<<20), "MiB")
}
