package config

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

func (c *Config) validate() error {
	if err := errors.Join(c.Collect.validate(), c.Assess.validate(), c.Metrics.validate(), c.History.validate()); err != nil {
		return err
	}
	if err := c.AWS.validate(); err != nil {
		return err
	}
	if err := c.Azure.validate(); err != nil {
		return fmt.Errorf("azure.%w", err)
	}
	if err := c.GCP.validate(); err != nil {
		return fmt.Errorf("gcp.%w", err)
	}
	return errors.Join(c.SMTP.validate(), c.validateReports(), c.Audit.validate(), c.validateTriggers(), c.validateFirstTime(), c.validateAPI(), c.Remediation.validate())
}

func (c *Collect) validate() error {
	switch {
	case c.Interval.Std() < time.Second:
		return fmt.Errorf("collect.interval: %s is below 1s", c.Interval)
	case c.Timeout.Std() < time.Second:
		return fmt.Errorf("collect.timeout: %s is below 1s", c.Timeout)
	case c.Concurrency < 1:
		return fmt.Errorf("collect.concurrency: %d is below 1", c.Concurrency)
	}
	return nil
}

func (a *Assess) validate() error {
	const day = 24 * time.Hour
	for _, f := range []struct {
		name    string
		value   time.Duration
		atLeast time.Duration
	}{
		{"window", a.Window.Std(), day},
		{"grace", a.Grace.Std(), 0},
		{"key_age", a.KeyAge.Std(), day},
		{"key_unused", a.KeyUnused.Std(), day},
	} {
		if f.value < f.atLeast {
			return fmt.Errorf("assess.%s: %s is below %s", f.name, f.value, f.atLeast)
		}
	}
	if a.OwnerTag == "" {
		return errors.New("assess.owner_tag: is empty; give the key of the tag that names the owner team")
	}
	s := a.Settings()
	if err := s.Weights.Validate(); err != nil {
		return fmt.Errorf("assess.%w", err)
	}
	if err := s.Edges.Validate(); err != nil {
		return fmt.Errorf("assess.%w", err)
	}
	return nil
}

func (m *Metrics) validate() error {
	switch {
	case m.IdentitySeries < 0:
		return fmt.Errorf("metrics.identity_series: %d is below 0", m.IdentitySeries)
	case m.FindingSeries < 0:
		return fmt.Errorf("metrics.finding_series: %d is below 0", m.FindingSeries)
	}
	return nil
}

func (a *AWS) validate() error {
	ids := map[string]int{}
	for i, account := range a.Accounts {
		if account == nil {
			return fmt.Errorf("aws.accounts[%d]: is empty", i)
		}
		if err := account.validate(a.Organization != nil); err != nil {
			return fmt.Errorf("aws.accounts[%d].%w", i, err)
		}
		if first, twice := ids[account.ID]; twice {
			return fmt.Errorf("aws.accounts[%d].id: %s stands at aws.accounts[%d] already", i, account.ID, first)
		}
		ids[account.ID] = i
	}
	if err := a.validateOrganization(); err != nil {
		return fmt.Errorf("aws.organization.%w", err)
	}
	return nil
}

// validate checks an account, which without settings of its own is read as the
// organisation says, if there is one.
func (a *Account) validate(organization bool) error {
	switch {
	case !isAccount(a.ID):
		return fmt.Errorf("id: %q is not an account number of 12 digits; write it in quotes", a.ID)
	case !a.own() && organization:
		return nil
	case (a.Live == nil) == (a.Files == nil):
		return errors.New("live, files: give one of the two: the account is read from its APIs or from exported files")
	case a.Files != nil:
		return a.Files.validate()
	}
	return a.Live.validate()
}

func (f *Files) validate() error {
	if f.AuthorizationDetails == "" {
		return errors.New("files.authorization_details: is missing; it is the output of `aws iam get-account-authorization-details`")
	}
	return nil
}

func (l *Live) validate() error {
	if len(l.Regions) == 0 {
		l.Regions = []string{"us-east-1"}
	}
	switch {
	case l.Trail != nil && l.LookupEvents:
		return errors.New("live.cloudtrail_s3, live.cloudtrail_lookup: give one of the two, for both hold the same events")
	case l.Trail != nil && l.Trail.Bucket == "":
		return errors.New("live.cloudtrail_s3.bucket: is missing")
	case l.Trail != nil && l.Trail.Queue != nil && l.Trail.Queue.URL == "":
		return errors.New("live.cloudtrail_s3.queue.url: is missing; give the URL of the SQS queue that is told of the trail's files")
	case l.IdentityCenter != nil && l.IdentityCenter.Region == "":
		return errors.New("live.identity_center.region: is missing; name the region in which Identity Center was set up")
	}
	if err := l.validateRoles(); err != nil {
		return err
	}
	for family, limit := range l.Limits {
		if limit <= 0 {
			return fmt.Errorf("live.rate_limits.%s: %g is not above 0", family, limit)
		}
	}
	return nil
}

func (l *Live) validateRoles() error {
	roles := []struct{ field, arn string }{{"role_arn", l.RoleARN}, {"organization_role_arn", l.OrganizationRoleARN}}
	if l.Trail != nil {
		roles = append(roles, struct{ field, arn string }{"cloudtrail_s3.role_arn", l.Trail.RoleARN})
	}
	if l.Trail != nil && l.Trail.Queue != nil {
		roles = append(roles, struct{ field, arn string }{"cloudtrail_s3.queue.role_arn", l.Trail.Queue.RoleARN})
	}
	if l.IdentityCenter != nil {
		roles = append(roles, struct{ field, arn string }{"identity_center.role_arn", l.IdentityCenter.RoleARN})
	}
	given := false
	for _, r := range roles {
		given = given || r.arn != ""
		if r.arn != "" && !isRole(r.arn) {
			return fmt.Errorf("live.%s: %q is not the ARN of a role, arn:aws:iam::<account>:role/<name>", r.field, r.arn)
		}
	}
	if l.ExternalID != "" && !given {
		return errors.New("live.external_id: is for roles to assume; give role_arn, or leave it out")
	}
	return nil
}

func (s *SMTP) validate() error {
	if s == nil {
		return nil
	}
	host, port, err := net.SplitHostPort(s.Address)
	if _, wrong := strconv.ParseUint(port, 10, 16); err == nil {
		err = wrong
	}
	s.TLS = cmp.Or(s.TLS, "mandatory")
	switch {
	case err != nil:
		return fmt.Errorf("smtp.address: %q is not host:port, with a number as the port", s.Address)
	case s.From == "":
		return errors.New("smtp.from: is missing")
	case !isAddress(s.From):
		return fmt.Errorf("smtp.from: %q is not a mail address such as leastward@example.com", s.From)
	case !slices.Contains([]string{"mandatory", "implicit", "opportunistic", "none"}, s.TLS):
		return fmt.Errorf("smtp.tls: %q is not one of mandatory, implicit, opportunistic, none", s.TLS)
	case s.TLS == "none" && host != "localhost" && !isLoopback(host):
		return fmt.Errorf("smtp.tls: none would send reports over the network in the clear; %s is not on loopback", host)
	case s.Password != "" && s.PasswordFile != "":
		return errors.New("smtp.password, smtp.password_file: give one of the two")
	}
	return nil
}

func isAddress(s string) bool {
	_, err := mail.ParseAddress(s)
	return err == nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// resolve makes the paths of the file relative to the folder of the file.
func (c *Config) resolve(file string) {
	dir := filepath.Dir(file)
	paths := []*string{&c.DataDir}
	if c.SMTP != nil {
		paths = append(paths, &c.SMTP.PasswordFile)
	}
	if c.Remediation != nil {
		paths = append(paths, &c.Remediation.PasswordFile, &c.Remediation.TokenFile)
	}
	for _, r := range c.Reports {
		paths = append(paths, &r.Directory)
	}
	for i := range c.API.Tokens {
		paths = append(paths, &c.API.Tokens[i].TokenFile)
	}
	paths = append(paths, c.Audit.paths(dir)...)
	for _, a := range c.AWS.Accounts {
		if f := a.Files; f != nil {
			paths = append(paths, &f.AuthorizationDetails, &f.CredentialReport, &f.Functions, &f.Instances, &f.Organization,
				&f.SecurityGroups, &f.IdentityCenter)
			for i := range f.CloudTrail {
				paths = append(paths, &f.CloudTrail[i])
			}
			for i := range f.ResourcePolicies {
				paths = append(paths, &f.ResourcePolicies[i])
			}
		}
	}
	paths = append(append(paths, c.Azure.Section().paths()...), c.GCP.Section().paths()...)
	for _, p := range paths {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
}
