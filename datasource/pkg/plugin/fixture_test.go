package plugin_test

import (
	"context"
	"encoding/json"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/datasourcetest"

	"github.com/leastward/leastward/datasource/pkg/plugin"
)

// served returns the plugin as Grafana speaks to it: over gRPC. All tests share
// it, each with a data source of its own.
var served = sync.OnceValues(func() (datasourcetest.TestPlugin, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return datasourcetest.TestPlugin{}, err
	}
	if err := l.Close(); err != nil {
		return datasourcetest.TestPlugin{}, err
	}
	return datasourcetest.Manage(plugin.New, datasourcetest.ManageOpts{Address: l.Addr().String()})
})

var sources atomic.Int64

// source is one data source of Grafana's.
type source struct {
	t      testing.TB
	client *datasourcetest.TestPluginClient
	pc     backend.PluginContext
}

// setting changes how a data source is configured.
type setting func(*backend.DataSourceInstanceSettings)

func jsonData(text string) setting {
	return func(s *backend.DataSourceInstanceSettings) { s.JSONData = []byte(text) }
}

func secret(name, value string) setting {
	return func(s *backend.DataSourceInstanceSettings) { s.DecryptedSecureJSONData[name] = value }
}

// connect configures a data source for an exporter.
func connect(tb testing.TB, url string, settings ...setting) *source {
	tb.Helper()
	p, err := served()
	if err != nil {
		tb.Fatal(err)
	}
	instance := &backend.DataSourceInstanceSettings{
		ID: sources.Add(1), UID: "leastward", Type: plugin.ID, Name: "Leastward", URL: url, JSONData: []byte(`{}`),
		DecryptedSecureJSONData: map[string]string{"token": token}, Updated: time.Unix(1, 0),
	}
	for _, set := range settings {
		set(instance)
	}
	return &source{t: tb, client: p.Client, pc: backend.PluginContext{
		OrgID: 1, PluginID: plugin.ID, PluginVersion: "1.0.0", DataSourceInstanceSettings: instance,
		User: &backend.User{Login: "ana", Role: "Editor"},
	}}
}

// The time range of the tests' queries.
var (
	from = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	to   = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
)

func dataQuery(text string) backend.DataQuery {
	return backend.DataQuery{
		RefID: "A", JSON: json.RawMessage(text), TimeRange: backend.TimeRange{From: from, To: to}, Interval: time.Minute, MaxDataPoints: 100,
	}
}

// query asks one query.
func (s *source) query(q backend.DataQuery, headers map[string]string) backend.DataResponse {
	s.t.Helper()
	resp, err := s.client.QueryData(s.t.Context(), &backend.QueryDataRequest{PluginContext: s.pc, Headers: headers, Queries: []backend.DataQuery{q}})
	if err != nil {
		s.t.Fatal(err)
	}
	answer, ok := resp.Responses[q.RefID]
	if !ok {
		s.t.Fatalf("no answer to %s", q.RefID)
	}
	return answer
}

// panel asks as a panel does, alert as an alert rule.
func (s *source) panel(text string) backend.DataResponse {
	s.t.Helper()
	return s.query(dataQuery(text), nil)
}

func (s *source) alert(text string) backend.DataResponse {
	s.t.Helper()
	return s.query(dataQuery(text), fromAlert())
}

func fromAlert() map[string]string { return map[string]string{backend.FromAlertHeaderName: "true"} }

// health checks the data source.
func (s *source) health() *backend.CheckHealthResult {
	s.t.Helper()
	got, err := s.client.CheckHealth(s.t.Context(), &backend.CheckHealthRequest{PluginContext: s.pc})
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

// answer is that of a resource.
type answer struct {
	status  int
	headers map[string][]string
	body    string
}

func (a *answer) header(name string) string { return strings.Join(a.headers[name], ",") }

// call asks for a resource.
func (s *source) call(method, url, body string) answer {
	s.t.Helper()
	path, _, _ := strings.Cut(url, "?")
	var got answer
	var text strings.Builder
	req := &backend.CallResourceRequest{PluginContext: s.pc, Method: method, Path: path, URL: url, Body: []byte(body)}
	if body == "" {
		req.Body = nil
	}
	err := s.client.CallResource(s.t.Context(), req, backend.CallResourceResponseSenderFunc(func(r *backend.CallResourceResponse) error {
		if got.status == 0 {
			got.status, got.headers = r.Status, r.Headers
		}
		text.Write(r.Body)
		return nil
	}))
	if err != nil {
		s.t.Fatal(err)
	}
	got.body = text.String()
	return got
}
