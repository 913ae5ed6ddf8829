// Package plugin is the backend of the data source: one instance for each data
// source that is configured in Grafana.
package plugin

import (
	"context"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"

	"github.com/leastward/leastward/datasource/pkg/audit"
	"github.com/leastward/leastward/datasource/pkg/exporter"
	"github.com/leastward/leastward/datasource/pkg/failure"
	"github.com/leastward/leastward/datasource/pkg/frames"
	"github.com/leastward/leastward/datasource/pkg/resource"
	"github.com/leastward/leastward/datasource/pkg/settings"
	"github.com/leastward/leastward/datasource/pkg/stream"
	"github.com/leastward/leastward/datasource/pkg/tables"
	"github.com/leastward/leastward/datasource/pkg/trace"
)

// ID is the plugin's id, as in plugin.json.
const ID = "leastward-ciem-datasource"

// Instance answers for one configured data source.
type Instance struct {
	backend.CallResourceHandler
	*stream.Handler

	// problem is what is wrong with the settings; nothing else is set then. It is
	// the answer to everything, so that it reaches whoever can mend it.
	problem error
	client  *exporter.Client
	audit   *audit.Runner
	tables  *tables.Runner
	trace   *trace.Runner
	gate    gate
	now     func() time.Time
}

var (
	_ backend.QueryDataHandler      = (*Instance)(nil)
	_ backend.CheckHealthHandler    = (*Instance)(nil)
	_ backend.CallResourceHandler   = (*Instance)(nil)
	_ backend.StreamHandler         = (*Instance)(nil)
	_ instancemgmt.InstanceDisposer = (*Instance)(nil)
)

// New returns the instance of a data source's settings. It has no error:
// Grafana would show none of its words.
func New(ctx context.Context, raw backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	read, err := settings.Read(&raw)
	if err != nil {
		return broken(err), nil
	}
	client, err := exporter.New(ctx, &raw, read)
	if err != nil {
		return broken(err), nil
	}
	return configured(client, read), nil
}

func configured(client *exporter.Client, s *settings.Settings) *Instance {
	links := frames.Links{UID: s.UID}
	known := &tables.Known{Ask: client.Tables, Now: time.Now}
	return &Instance{
		CallResourceHandler: httpadapter.New(resource.New(client)),
		Handler:             stream.New(stream.Options{Client: client, Links: links, Logger: backend.Logger}),
		client:              client,
		audit:               &audit.Runner{Client: client, Links: links, MaxRows: s.MaxRows},
		tables:              &tables.Runner{Client: client, Known: known, Links: links, MaxRows: s.MaxRows},
		trace:               &trace.Runner{Client: client, Links: links},
		gate:                newGate(),
		now:                 time.Now,
	}
}

// broken returns an instance that says what is wrong with its settings.
func broken(err error) *Instance {
	problem := failure.Settings(err)
	return &Instance{
		CallResourceHandler: httpadapter.New(resource.Broken(problem)),
		Handler:             stream.New(stream.Options{Client: noStream{problem}, Logger: backend.Logger}),
		problem:             problem,
		now:                 time.Now,
	}
}

// Dispose closes connections that nobody uses. Grafana calls it when the
// settings change.
func (i *Instance) Dispose() {
	if i.client != nil {
		i.client.Close()
	}
}
