package config

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/remediator/internal/store"
)

func problem(field, format string, args ...any) error {
	return fmt.Errorf("%s: "+format, append([]any{field}, args...)...)
}

func (c *Config) validate() error {
	problems := []error{c.validateTop()}
	for i := range c.AWS.Accounts {
		problems = append(problems, c.validateAccount(i))
	}
	for i := range c.Playbooks {
		problems = append(problems, c.validatePlaybook(i))
	}
	return errors.Join(problems...)
}

func (c *Config) validateTop() error {
	switch {
	case c.State.Path == "":
		return problem("state.path", "must not be empty")
	case c.Webhook.MaxBodyBytes < 1024 || c.Webhook.MaxBodyBytes > 1<<30:
		return problem("webhook.max_body_bytes", "%d is not between 1024 and 1073741824", c.Webhook.MaxBodyBytes)
	case c.Exporter.URL != "" && !address(c.Exporter.URL):
		return problem("exporter.url", "%q is not http://host:port or https://host:port", c.Exporter.URL)
	case c.Exporter.URL == "" && (c.Exporter.Username != "" || c.Exporter.Password != ""):
		return problem("exporter.url", "missing, although a user or a password is given")
	case c.Exporter.URL == "" && c.Exporter.Token != "":
		return problem("exporter.url", "missing, although a token is given")
	case c.Exporter.Username == "" && c.Exporter.Password != "":
		return problem("exporter.username", "missing, although a password is given")
	}
	return nil
}

func (c *Config) validateAccount(i int) error {
	a, field := &c.AWS.Accounts[i], fmt.Sprintf("aws.accounts[%d]", i)
	role := regexp.MustCompile(`^arn:[a-z-]+:iam::\d{12}:role/.+$`)
	switch {
	case !regexp.MustCompile(`^\d{12}$`).MatchString(string(a.ID)):
		return problem(field+".id", "%q is not an AWS account number (12 digits; quote it)", a.ID)
	case c.Account(a.ID) != a:
		return problem(field+".id", "account %s stands twice", a.ID)
	case a.Region == "":
		return problem(field+".region", "must not be empty")
	case a.Endpoint != "" && !address(a.Endpoint):
		return problem(field+".endpoint", "%q is not http://host:port or https://host:port", a.Endpoint)
	case a.RoleARN != "" && !role.MatchString(a.RoleARN):
		return problem(field+".role_arn", "%q is not the ARN of a role", a.RoleARN)
	case a.WriteRoleARN != "" && !role.MatchString(a.WriteRoleARN):
		return problem(field+".write_role_arn", "%q is not the ARN of a role", a.WriteRoleARN)
	case a.AuthorizationDetails != "":
		return c.validateExported(a, field)
	case a.ExternalID != "" && a.RoleARN == "" && a.WriteRoleARN == "":
		return problem(field+".external_id", "needs role_arn: it is sent when a role is assumed")
	}
	return nil
}

// validateExported checks an account of which there is only a file: there is
// nothing that a playbook could execute on.
func (c *Config) validateExported(a *Account, field string) error {
	for _, other := range []struct{ field, value string }{
		{"role_arn", a.RoleARN},
		{"write_role_arn", a.WriteRoleARN},
		{"external_id", a.ExternalID.Reveal()},
		{"endpoint", a.Endpoint},
	} {
		if other.value != "" {
			return problem(field+"."+other.field, "AWS is not asked where authorization_details is given; give one of them")
		}
	}
	for i := range c.Playbooks {
		if p := &c.Playbooks[i]; p.Mode == store.Execute {
			return problem(field+".authorization_details", "nothing can be changed in an exported file, but playbook %s is in mode execute: "+
				"use mode dry_run, or role_arn in place of the file", p.Name)
		}
	}
	return nil
}

func (c *Config) validatePlaybook(i int) error {
	p, field := &c.Playbooks[i], fmt.Sprintf("playbooks[%d]", i)
	switch {
	case !p.Name.Automated():
		return problem(field+".name", "%q is not a playbook that runs by itself; there is %s", p.Name, automated())
	case c.Playbook(p.Name) != p:
		return problem(field+".name", "%s stands twice", p.Name)
	case p.Mode != store.DryRun && p.Mode != store.Execute:
		return problem(field+".mode", "%q is not one of dry_run, execute", p.Mode)
	case !regexp.MustCompile(`^arn:[a-z-]+:iam::(aws|\d{12}):policy/.+$`).MatchString(p.ReadOnlyPolicyARN):
		return problem(field+".read_only_policy_arn", "%q is not the ARN of a managed policy", p.ReadOnlyPolicyARN)
	}
	return errors.Join(c.validateApproval(p, field), c.validateLimits(p, field))
}

func (c *Config) validateApproval(p *Playbook, field string) error {
	a := &p.Approval
	switch {
	case a.Required < 0:
		return problem(field+".approval.required", "%d is negative", a.Required)
	case a.Required == 0 && p.Mode == store.Execute && c.Exporter.URL == "":
		return problem(field+".approval.required", "0 needs exporter.url: without evidence and without a person nothing would check a change")
	case len(a.Approvers) > 0 && a.Required > len(a.Approvers):
		return problem(field+".approval.required", "%d people are required but approvers has only %d", a.Required, len(a.Approvers))
	case a.Expires <= 0:
		return problem(field+".approval.expires", "must be more than 0s")
	case slices.Contains(a.Approvers, ""):
		return problem(field+".approval.approvers", "a name must not be empty")
	}
	return nil
}

func (c *Config) validateLimits(p *Playbook, field string) error {
	switch {
	case p.Caps.MaxPerDay < 0:
		return problem(field+".caps.max_per_day", "%d is negative", p.Caps.MaxPerDay)
	case !(p.MinCoverage >= 0 && p.MinCoverage <= 1):
		return problem(field+".min_coverage", "%g is not between 0 and 1", p.MinCoverage)
	case p.Caps.MaxPercent < 0 || p.Caps.MaxPercent > 100:
		return problem(field+".caps.max_percent", "%g is not between 0 and 100", p.Caps.MaxPercent)
	case p.RetryFor <= 0:
		return problem(field+".retry_for", "must be more than 0s")
	case p.Watch.For > 0 && c.Exporter.URL == "":
		return problem(field+".watch.for", "needs exporter.url: refused calls are read from it")
	case p.Watch.OnDenied != Report && p.Watch.OnDenied != Rollback:
		return problem(field+".watch.on_denied", "%q is not one of report, rollback", p.Watch.OnDenied)
	}
	return nil
}

func address(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func automated() string {
	for _, p := range alert.Playbooks() {
		if p.Automated() {
			return string(p)
		}
	}
	return ""
}
