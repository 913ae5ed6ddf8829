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
	"github.com/leastward/leastward/remediator/internal/playbook"
	"github.com/leastward/leastward/remediator/internal/store"
)

// environment connects a configuration with the clouds.
func environment(ctx context.Context, c *config.Config) (*playbook.Environment, error) {
	env := &playbook.Environment{Playbooks: map[alert.Playbook]playbook.Playbook{}}
	if c.Exporter.URL != "" {
		client, err := api.NewClient(api.ClientOptions{URL: c.Exporter.URL, Username: c.Exporter.Username, Password: c.Exporter.Password})
		if err != nil {
			return nil, fmt.Errorf("exporter.url: %w", err)
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
