package config

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// AWSOrganization is an organisation whose accounts are found and read.
type AWSOrganization struct {
	// RoleARN is assumed to read the organisation, in its management account or a
	// delegated administrator; "" reads it with the exporter's own credentials.
	RoleARN string `yaml:"role_arn"`
	// AccountRole is the name of the role to assume in each account, with its
	// path if it has one: LeastwardRead, security/LeastwardRead.
	AccountRole string `yaml:"account_role"`
	ExternalID  string `yaml:"external_id"` // Of all assumed roles.
	// OwnerTag is the key of an account's tag that names its owner. Defaults to
	// none, for reading tags takes a request for each account.
	OwnerTag string `yaml:"owner_tag"`
	// Onboard says which accounts are read: automatic, the default, each that is
	// active, now or later; listed, those of aws.accounts alone; or selected, those
	// of Selected, too, while others are shown as pending.
	Onboard  string   `yaml:"onboard"`
	Selected []string `yaml:"selected"`
	// Live is how each account is read. Its roles are assumed with the exporter's
	// own credentials.
	Live *Live `yaml:"live"`
}

// accounts with settings of their own go before the organisation.
func (a *Account) own() bool { return a.Live != nil || a.Files != nil }

// Section returns what configures the accounts of an organisation.
func (a *AWS) Section() Section {
	s := Section{Cloud: entitlement.AWS, Mode: OnboardAutomatic}
	if a.Organization == nil {
		return s
	}
	s.Live, s.Mode, s.Selected = a.Organization, cmp.Or(a.Organization.Onboard, OnboardAutomatic), a.Organization.Selected
	for _, one := range a.Accounts {
		if one.own() {
			s.Apart = append(s.Apart, one.ID)
			continue
		}
		s.Systems = append(s.Systems, &CloudSystem{ID: one.ID, Name: one.Name, Owner: one.Owner, Folders: one.Folders})
	}
	return s.automatic()
}

// Role returns the ARN of the role to assume in an account, in the partition of
// the first region.
func (o *AWSOrganization) Role(account entitlement.SystemID) string {
	partition := "aws"
	switch region := o.Live.Regions[0]; {
	case strings.HasPrefix(region, "cn-"):
		partition = "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		partition = "aws-us-gov"
	}
	return fmt.Sprintf("arn:%s:iam::%s:role/%s", partition, account, o.AccountRole)
}

func (a *AWS) validateOrganization() error {
	o := a.Organization
	if o == nil {
		return nil
	}
	if err := o.validate(); err != nil {
		return err
	}
	for i, id := range o.Selected {
		if !isAccount(id) {
			return fmt.Errorf("selected[%d]: %q is not an account number of 12 digits; write it in quotes", i, id)
		}
		if k := slices.IndexFunc(a.Accounts, func(one *Account) bool { return one.ID == id && one.own() }); k >= 0 {
			return fmt.Errorf("selected[%d]: %s has settings of its own at aws.accounts[%d]; leave it out here, or leave out its live or files", i, id, k)
		}
	}
	s := a.Section()
	if err := s.onboarding(o.Onboard); err != nil {
		return err
	}
	if s.Mode == OnboardListed && len(s.Systems) == 0 {
		return errors.New("onboard: is listed, and aws.accounts names none without live and files; name those that are read, or write automatic")
	}
	return nil
}

func isAccount(id string) bool { return regexp.MustCompile(`^\d{12}$`).MatchString(id) }

func (o *AWSOrganization) validate() error {
	if o.Live == nil {
		o.Live = &Live{}
	}
	switch l := o.Live; {
	case o.AccountRole == "":
		return errors.New("account_role: is missing; name the role to assume in each account, such as LeastwardRead")
	case !regexp.MustCompile(`^([!-.0-~]+/)*[\w+=,.@-]{1,64}$`).MatchString(o.AccountRole) || strings.Contains(o.AccountRole, ":"):
		return fmt.Errorf("account_role: %q is not the name of a role; write LeastwardRead, with its path security/LeastwardRead, not an ARN", o.AccountRole)
	case o.RoleARN != "" && !isRole(o.RoleARN):
		return fmt.Errorf("role_arn: %q is not the ARN of a role, arn:aws:iam::<account>:role/<name>", o.RoleARN)
	case l.RoleARN != "":
		return errors.New("live.role_arn: is of one account; name the role of each at account_role")
	case l.ExternalID != "":
		return errors.New("live.external_id: stands at external_id for all roles of the organization; leave it out here")
	case l.OrganizationRoleARN != "":
		return errors.New("live.organization_role_arn: is role_arn of the organization; leave it out here")
	case l.Trail != nil && l.Trail.Queue != nil:
		return errors.New("live.cloudtrail_s3.queue: is of one account; leave it out, or give it to an account of aws.accounts")
	}
	return o.Live.validate()
}

func isRole(arn string) bool {
	return regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/.+$`).MatchString(arn)
}

// paths of files: there are none.
func (*AWSOrganization) paths() []*string { return nil }
