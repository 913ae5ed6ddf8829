package plugin

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/datasource/pkg/health"
)

// CheckHealth tells whether the data source works, and what it reaches.
func (i *Instance) CheckHealth(ctx context.Context, req *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	if problem := i.problem; problem != nil {
		return health.Failed(problem, req.PluginContext.PluginVersion), nil
	}
	ctx = backend.WithUser(ctx, req.PluginContext.User)
	return health.Check(ctx, health.Options{Client: i.client, Now: i.now, Plugin: req.PluginContext.PluginVersion}), nil
}
