package source

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/onboard"
	aws "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// awsOrganization finds the accounts of an organisation of AWS. Each is read by
// itself, with a role of its own.
type awsOrganization struct {
	options Options
	config  *config.AWSOrganization
}

// check refuses names that would have no effect.
func (a *awsOrganization) check() error {
	if err := known(a.config.Live); err != nil {
		return fmt.Errorf("live.%w", err)
	}
	return nil
}

// Discover returns the active accounts of the organisation.
func (a *awsOrganization) Discover(ctx context.Context) ([]onboard.Found, error) {
	c, l := a.config, a.config.Live
	o := aws.Options{Regions: l.Regions, Endpoint: l.Endpoint, Profile: l.Profile, Limits: map[string]rate.Limit{}, Now: a.options.Now, Logger: a.options.Logger}
	if o.OrganizationRole.ARN = c.RoleARN; c.RoleARN != "" {
		o.OrganizationRole.ExternalID = c.ExternalID
	}
	for family, perSecond := range l.Limits {
		o.Limits[family] = rate.Limit(perSecond)
	}
	organization, err := aws.New(ctx, o)
	if err != nil {
		return nil, err
	}
	list, err := organization.Discover(ctx, c.OwnerTag != "")
	if aws.RoleRefused(err) {
		return nil, unassumable("organization", c.RoleARN, c.ExternalID, err)
	}
	if err != nil {
		return nil, err
	}
	var found []onboard.Found
	for _, m := range list {
		f := onboard.Found{System: entitlement.System{Cloud: entitlement.AWS, ID: m.ID, Name: m.Name, Owner: m.Tags[c.OwnerTag]}, Ancestors: m.Ancestors}
		for _, unit := range m.Ancestors[:max(0, len(m.Ancestors)-1)] { // The root is above all.
			f.System.Folders = append(f.System.Folders, unit.Name)
		}
		found = append(found, f)
	}
	return found, nil
}

// members returns a source for each account.
func (a *awsOrganization) members(systems []entitlement.System) []collector.Source {
	list := make([]collector.Source, 0, len(systems))
	for _, s := range systems {
		c := *a.config.Live
		c.RoleARN, c.OrganizationRoleARN, c.ExternalID = a.config.Role(s.ID), a.config.RoleARN, a.config.ExternalID
		list = append(list, &awsMember{live{options: a.options, expect: s, config: c, member: true}})
	}
	return list
}

// awsMember is one account of an organisation, as a source.
type awsMember struct{ live }

var (
	_ collector.Source = (*awsMember)(nil)
	_ inventoried      = (*awsMember)(nil)
)

// Read collects the inventory, then the new events.
func (m *awsMember) Read(ctx context.Context, now time.Time) (*collector.Reading, error) {
	reading, err := m.live.Read(ctx, now)
	return reading, m.explained(err)
}

func (m *awsMember) inventory(ctx context.Context, now time.Time) (*entitlement.Inventory, error) {
	inv, err := m.live.inventory(ctx, now)
	return inv, m.explained(err)
}

// explained says what an account lacks whose role can't be assumed.
func (m *awsMember) explained(err error) error {
	if !aws.RoleRefused(err) {
		return err
	}
	return unassumable("account "+string(m.expect.ID), m.config.RoleARN, m.config.ExternalID, err)
}

// unassumable names the role that is refused and what may be missing, for AWS
// doesn't tell these apart.
func unassumable(of, role, externalID string, err error) error {
	trust := "the exporter's identity"
	if externalID != "" {
		trust += " with the external id of the configuration"
	}
	return fmt.Errorf("%s: the role %s can't be assumed: make it, let its trust policy allow sts:AssumeRole to %s, "+
		"and allow that identity sts:AssumeRole on the role (docs/permissions-aws.md): %w", of, role, trust, err)
}
