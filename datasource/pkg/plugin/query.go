package plugin

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/concurrent"

	"github.com/leastward/leastward/datasource/pkg/failure"
	"github.com/leastward/leastward/datasource/pkg/frames"
	"github.com/leastward/leastward/datasource/pkg/model"
)

// atOnce is how many queries of a request run at the same time.
const atOnce = 10

// QueryData answers queries, each for itself: one that fails leaves the others
// alone.
func (i *Instance) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	ctx = backend.WithUser(ctx, req.PluginContext.User)
	numbers := wantsNumbers(req)
	return concurrent.QueryData(ctx, req, func(ctx context.Context, q concurrent.Query) backend.DataResponse {
		return i.answer(ctx, &q.DataQuery, numbers)
	}, atOnce)
}

// wantsNumbers reports whether an alert rule or an expression asks, which takes
// numbers only. Grafana says so in headers, with or without a prefix.
func wantsNumbers(req *backend.QueryDataRequest) bool {
	for _, name := range []string{backend.FromAlertHeaderName, "X-Grafana-From-Expr"} {
		if req.Headers[name] == "true" || req.GetHTTPHeader(name) == "true" {
			return true
		}
	}
	return false
}

func (i *Instance) answer(ctx context.Context, raw *backend.DataQuery, numbers bool) backend.DataResponse {
	ctx, span := tracing.DefaultTracer().Start(ctx, "leastward query")
	defer span.End()
	out, err := i.run(ctx, raw, numbers)
	if err != nil {
		p := failure.Of(err)
		span.SetStatus(codes.Error, p.Message)
		span.SetAttributes(attribute.Int("status", p.Status))
		return p.Response()
	}
	span.SetAttributes(attribute.Int("frames", len(out)))
	return backend.DataResponse{Frames: out, Status: backend.StatusOK}
}

// run decodes a query and has it answered.
func (i *Instance) run(ctx context.Context, raw *backend.DataQuery, numbers bool) (out data.Frames, err error) {
	if i.problem != nil {
		return nil, i.problem
	}
	q, err := model.Decode(raw)
	if err != nil {
		return nil, err
	}
	if err := q.Variables(); err != nil {
		return nil, err
	}
	q.Alert = numbers
	oteltrace.SpanFromContext(ctx).SetAttributes(attribute.String("query_type", string(q.Type)), attribute.String("ref_id", q.RefID))
	err = i.gate.through(ctx, func(ctx context.Context) (err error) {
		out, err = i.dispatch(ctx, q)
		return err
	})
	if !numbers {
		frames.Plain(out)
	}
	return out, err
}

func (i *Instance) dispatch(ctx context.Context, q *model.Query) (data.Frames, error) {
	switch q.Type {
	case model.Audit:
		return i.audit.Run(ctx, q)
	case model.Path:
		return i.trace.Run(ctx, q)
	case model.Report:
		return i.tables.RunReport(ctx, q)
	case model.Entitlements, model.Findings, model.PCI, model.Remediation:
		return i.tables.Run(ctx, q)
	}
	return nil, fmt.Errorf("query type %q has no answer", q.Type)
}
