package azure

// Truth is what is so of the tenant by construction, at the end of the activity
// and for its whole length. It leaves out everything about which one could
// argue: no secret is between 11 and 105 days old.
type Truth struct {
	Tenant string `json:"tenant"`
	// Counts are those of the whole tenant.
	Counts      Counts   `json:"counts"`
	Events      int      `json:"events"` // Records of all logs.
	Guests      []string `json:"guests"`
	EmptyGroups []string `json:"empty_groups"`
	// DeniedOnly are managed identities that tried something that was refused.
	DeniedOnly    []string            `json:"denied_only"`
	Pipeline      string              `json:"pipeline"` // The service principal of the pipeline of all clouds.
	Subscriptions []SubscriptionTruth `json:"subscriptions"`
}

// Counts is a number for each kind of identity.
type Counts struct {
	Users             int `json:"users"`
	Groups            int `json:"groups"`
	ServicePrincipals int `json:"service_principals"`
	ManagedIdentities int `json:"managed_identities"`
	Functions         int `json:"functions"`
	Machines          int `json:"machines"`
}

// Subjects are identities by kind: object ids, of functions and machines
// resource ids in lower case.
type Subjects struct {
	Users             []string `json:"users"`
	Groups            []string `json:"groups"`
	ServicePrincipals []string `json:"service_principals"`
	ManagedIdentities []string `json:"managed_identities"`
	Functions         []string `json:"functions"`
	Machines          []string `json:"machines"`
}

// SubscriptionTruth is the truth about one subscription: about those who hold a
// role in it or above it, directly or by groups, and what lives there.
type SubscriptionTruth struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Counts Counts `json:"counts"`
	// Inactive used no permission.
	Inactive Subjects `json:"inactive"`
	// Administrators own the subscription. Super are those of them whom no deny
	// assignment restricts; one that concerns everybody restricts all.
	Administrators Subjects `json:"administrators"`
	Super          Subjects `json:"super"`
	WithoutMFA     []string `json:"without_mfa"`
	// OldSecrets are valid and older than 90 days; of UnusedSecrets Azure tells
	// besides that they were not used in that time.
	OldSecrets    []string `json:"old_secrets"`
	UnusedSecrets []string `json:"unused_secrets"`
	// Eligible may activate a role here, and Activated have.
	Eligible            []string `json:"eligible"`
	Activated           []string `json:"activated"`
	ExcludedFromPCI     []string `json:"excluded_from_pci"`
	ExcludedFromReports []string `json:"excluded_from_reports"`
	Storage             Storage  `json:"storage"`
	OpenSecurityGroups  []string `json:"open_security_groups"`
	// ExemptResources carry the tag ck_exclude_from_reports; they are in the
	// lists above, too.
	ExemptResources []string `json:"exempt_resources"`
}

// Storage is the truth about storage accounts, by resource id.
type Storage struct {
	Total       int      `json:"total"`
	ManagedKeys []string `json:"managed_keys"` // Encrypted with keys that Microsoft manages.
	Public      []string `json:"public"`
}

// truth states the truth about the tenant.
func (t *Tenant) truth() *Truth {
	all := &Truth{Tenant: tenantID, Pipeline: t.identity(kindPrincipal, 0).id}
	all.Counts = Counts{t.users, len(t.groups), t.principals, t.functions + t.assigned, t.functions, t.machines}
	active := t.activeGroups()
	for _, s := range t.subscriptions {
		all.Subscriptions = append(all.Subscriptions, t.judge(s, active))
	}
	for x := range t.identities() {
		if x.guest {
			all.Guests = append(all.Guests, x.id)
		}
		if x.deniedOnly {
			all.DeniedOnly = append(all.DeniedOnly, x.id)
		}
	}
	for _, g := range t.groups {
		if g.empty {
			all.EmptyGroups = append(all.EmptyGroups, g.id)
		}
	}
	return all
}
