// Package trace answers queries of paths: what somebody reached from a start,
// through the events.
package trace

import (
	"context"
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/datasource/pkg/frames"
	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/entitlement"
)

// Client is what is asked of the exporter.
type Client interface {
	Trace(ctx context.Context, start, graph any) error
	Systems(ctx context.Context) (*api.Systems, error)
}

// Runner answers queries of paths.
type Runner struct {
	Client Client
	Links  frames.Links
}

// Run answers a query.
func (r *Runner) Run(ctx context.Context, q *model.Query) (data.Frames, error) {
	start, err := r.start(ctx, q)
	if err != nil {
		return nil, err
	}
	var graph trace.Graph
	if err := r.Client.Trace(ctx, start, &graph); err != nil {
		return nil, err
	}
	out := r.Links.Graph(&graph)
	if q.Alert {
		out = frames.PathNumbers(&graph)
	}
	frames.Executed(out, executed(q))
	frames.Warn(out, frames.PathNotices(&graph)...)
	if graph.Events == 0 && !q.Alert {
		frames.Inform(out, fmt.Sprintf("There is no event of this %s in the time range.", strings.ReplaceAll(q.Path.Start, "_", " ")))
	}
	return out, nil
}

func (r *Runner) start(ctx context.Context, q *model.Query) (*trace.Start, error) {
	p := &q.Path
	s := &trace.Start{From: q.From, To: q.To, Depth: p.Depth, MaxNodes: p.MaxNodes}
	switch p.Start {
	case "identity":
		s.Identity = entitlement.IdentityID(p.Value)
	case "session":
		s.Session, s.Role = p.Value, p.Role
	case "access_key":
		s.AccessKey = entitlement.AccessKeyID(p.Value)
	case "address":
		s.Address = p.Value
	}
	var err error
	s.Systems, err = r.systems(ctx, &q.Scope)
	return s, err
}

// systems returns the systems of a scope: a path knows neither folders nor
// clouds.
func (r *Runner) systems(ctx context.Context, s *model.Scope) ([]entitlement.SystemID, error) {
	if len(s.Folders) == 0 && len(s.Clouds) == 0 {
		return s.Systems, nil
	}
	all, err := r.Client.Systems(ctx)
	if err != nil {
		return nil, err
	}
	var out []entitlement.SystemID
	for i := range all.Systems {
		if s.Holds(&all.Systems[i]) {
			out = append(out, all.Systems[i].ID)
		}
	}
	if len(out) == 0 {
		return nil, model.Wrong("scope", "there is no system in these folders and clouds that the data source may see")
	}
	return out, nil
}

func executed(q *model.Query) string {
	parts := []string{"trace", q.Path.Start + "=" + q.Path.Value}
	if q.Path.Role != "" {
		parts = append(parts, "role="+q.Path.Role)
	}
	for _, s := range q.Scope.Systems {
		parts = append(parts, "system="+string(s))
	}
	return strings.Join(parts, " ")
}
