package app

import (
	"context"
	"fmt"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/act/aws"
	"github.com/leastward/leastward/remediator/internal/config"
	"github.com/leastward/leastward/remediator/internal/forward"
	"github.com/leastward/leastward/remediator/internal/playbook"
	"github.com/leastward/leastward/remediator/internal/store"
)

// environment connects a configuration with the clouds.
func environment(ctx context.Context, c *config.Config) (*playbook.Environment, error) {
	env := &playbook.Environment{Playbooks: map[alert.Playbook]playbook.Playbook{}}
	if c.Exporter.URL != "" {
		client, err := exporter(c)
		if err != nil {
			return nil, err
		}
		env.Evidence = client
	}
	for _, p := range c.Playbooks {
		targets, err := targets(ctx, c, p.Mode)
		if err != nil {
			return nil, err
		}
		env.Playbooks[p.Name] = playbook.Playbook{Playbook: p, Targets: targets}
	}
	return env, nil
}

// exporter connects with the exporter.
func exporter(c *config.Config) (*api.Client, error) {
	e := &c.Exporter
	client, err := api.NewClient(api.ClientOptions{URL: e.URL, Username: e.Username, Password: e.Password, Token: e.Token})
	if err != nil {
		return nil, fmt.Errorf("exporter.url: %w", err)
	}
	return client, nil
}

// sink is where the Platform log's events are handed on to, by the
// configuration in force: nowhere without a token.
func (a *app) sink() (forward.Sink, error) {
	c := a.config.Load()
	if c.Exporter.URL == "" || c.Exporter.Token == "" {
		return nil, nil
	}
	return exporter(c)
}

// targets makes what a playbook reads with and, in mode execute alone, what it
// writes with.
func targets(ctx context.Context, c *config.Config, mode store.Mode) (map[entitlement.SystemID]playbook.Target, error) {
	all := map[entitlement.SystemID]playbook.Target{}
	for _, a := range c.AWS.Accounts {
		if a.AuthorizationDetails != "" {
			all[a.ID] = playbook.Target{Read: aws.NewFileReader(a.ID, a.AuthorizationDetails, aws.NewJudge(catalog.AWS()))}
			continue
		}
		account := aws.Account{ID: a.ID, Region: a.Region, Endpoint: a.Endpoint, RoleARN: a.RoleARN, ExternalID: a.ExternalID}
		reader, err := aws.NewReader(ctx, account, aws.NewJudge(catalog.AWS()))
		if err != nil {
			return nil, err
		}
		target := playbook.Target{Read: reader}
		if mode == store.Execute {
			account.RoleARN = a.WriteRoleARN
			if target.Write, err = aws.NewWriter(ctx, account, reader); err != nil {
				return nil, err
			}
		}
		all[a.ID] = target
	}
	return all, nil
}
