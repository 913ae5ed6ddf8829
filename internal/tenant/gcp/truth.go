package gcp

// Truth is what is so of the organization by construction, at the end of the
// activity and for its whole length. It leaves out everything about which one
// could argue: no key is between 11 and 105 days old.
type Truth struct {
	Organization string         `json:"organization"`
	Counts       Counts         `json:"counts"` // Without the accounts that Google makes.
	Events       int            `json:"events"` // Entries of all logs.
	Guests       []string       `json:"guests"`
	DeniedOnly   []string       `json:"denied_only"`
	Expired      []string       `json:"expired"`  // Hold nothing but what has expired.
	Pipeline     string         `json:"pipeline"` // The service account of the pipeline of all clouds.
	Projects     []ProjectTruth `json:"projects"`
}

// Counts is a number for each kind of identity.
type Counts struct {
	Users           int `json:"users"`
	Groups          int `json:"groups"`
	ServiceAccounts int `json:"service_accounts"`
	Functions       int `json:"functions"`
	Instances       int `json:"instances"`
}

// Subjects are identities by kind: addresses, of functions and instances full
// resource names.
type Subjects struct {
	Users           []string `json:"users"`
	Groups          []string `json:"groups"`
	ServiceAccounts []string `json:"service_accounts"`
	Functions       []string `json:"functions"`
	Instances       []string `json:"instances"`
}

// ProjectTruth is the truth about one project: about those who hold a role in
// it or above it, directly or by groups, and what lives there.
type ProjectTruth struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Counts Counts `json:"counts"` // With the accounts that Google makes.
	// Inactive used no permission. Accounts that Google manages are not among
	// them, the default ones are.
	Inactive Subjects `json:"inactive"`
	// Administrators own the project. Super are those of them whom no deny policy
	// restricts; one that concerns everybody restricts all.
	Administrators Subjects `json:"administrators"`
	Super          Subjects `json:"super"`
	// Escalating can raise their own permissions; owners can where they are not
	// Super. Groups are not judged.
	Escalating Subjects `json:"escalating"`
	WithoutMFA []string `json:"without_mfa"`
	// OldKeys are active and older than 90 days; of UnusedKeys Google tells
	// besides that they were not used in that time.
	OldKeys             []string `json:"old_keys"`
	UnusedKeys          []string `json:"unused_keys"`
	Default             []string `json:"default"` // Default service accounts.
	Managed             []string `json:"managed"` // Those that Google manages.
	ExcludedFromReports []string `json:"excluded_from_reports"`
	Buckets             Buckets  `json:"buckets"`
	// OpenFirewalls are rules that let in the whole internet.
	OpenFirewalls   []string `json:"open_firewalls"`
	ExemptResources []string `json:"exempt_resources"` // They are in the lists above, too.
}

// Buckets is the truth about buckets, by full resource name.
type Buckets struct {
	Total       int      `json:"total"`
	ManagedKeys []string `json:"managed_keys"` // Encrypted with keys that Google manages.
	Public      []string `json:"public"`
	ObjectACLs  []string `json:"object_acls"` // Objects may have access lists of their own.
}

// truth states the truth about the organization.
func (o *Organization) truth() *Truth {
	t := &Truth{Organization: organization, Pipeline: o.account(0).email, Expired: []string{contractor}}
	t.Counts = Counts{o.users, len(o.groups), o.accounts, o.functions, o.instances}
	for _, p := range o.projects {
		t.Projects = append(t.Projects, o.judge(p))
	}
	for x := range o.identities() {
		note(&t.Guests, x.email, x.guest)
		note(&t.DeniedOnly, x.email, x.deniedOnly)
	}
	return t
}

func note(list *[]string, id string, is bool) {
	if is {
		*list = append(*list, id)
	}
}
