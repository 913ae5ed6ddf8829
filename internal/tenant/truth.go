package tenant

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/leastward/leastward/internal/tenant/azure"
	"github.com/leastward/leastward/internal/tenant/gcp"
)

// Truth is what is so by construction. It speaks of the window of the whole
// activity and of its end, and leaves out everything about which one could
// argue: no key is between 11 and 105 days old, and identities that the cloud
// manages or that are a few days old are listed apart. The root user, which the
// credential report has, is not among the users.
type Truth struct {
	Generator int            `json:"generator"` // Changes when the same seed gives something else.
	Size      int            `json:"size"`
	Seed      uint64         `json:"seed"`
	From      time.Time      `json:"from"`
	Until     time.Time      `json:"until"`
	Events    int            `json:"events"` // Of AWS.
	Accounts  []AccountTruth `json:"accounts"`
	// Azure and GCP are the tenant and the organization of the other clouds, one
	// of each;
	// empty where the sample has none.
	Azure []azure.Truth `json:"azure"`
	GCP   []gcp.Truth   `json:"gcp"`
	// CrossCloud are people and pipelines with an identity in several clouds.
	CrossCloud []CrossCloudTruth `json:"cross_cloud"`
}

// CrossCloudTruth is one person or pipeline, by its identities.
type CrossCloudTruth struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"`            // "user" or "pipeline".
	AWS   string `json:"aws,omitempty"`   // ARN.
	Azure string `json:"azure,omitempty"` // Object id.
	GCP   string `json:"gcp,omitempty"`   // Address.
}

// AccountTruth is the truth about one account.
type AccountTruth struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Events int    `json:"events"`
	Counts Counts `json:"counts"`
	Active Counts `json:"active"` // Those that used a permission.
	// Inactive are those that used none, made long ago, not managed by AWS.
	Inactive Subjects `json:"inactive"`
	// Administrators may do everything, as far as policies attached to them,
	// to their groups or to the role that they run as go.
	Administrators Subjects `json:"administrators"`
	// Super are the administrators whom no control of the organisation
	// restricts: in development one denies a few actions to everybody.
	Super Subjects `json:"super"`
	// ServiceManaged are AWS's own roles, which are neither active nor
	// inactive; Fresh are a few days old and not used yet.
	ServiceManaged []string `json:"service_managed"`
	Fresh          []string `json:"fresh"`
	// DeniedOnly are inactive and tried something that was refused.
	DeniedOnly []string `json:"denied_only"`
	// RightSized used every permission that they hold.
	RightSized          []string   `json:"right_sized"`
	ExcludedFromPCI     []string   `json:"excluded_from_pci"`
	ExcludedFromReports []string   `json:"excluded_from_reports"`
	WithoutOwner        []string   `json:"without_owner"`
	EmptyGroups         []string   `json:"empty_groups"`
	WithoutMFA          []string   `json:"without_mfa"` // Users with a password and no second factor.
	Keys                []KeyTruth `json:"keys"`

	// Escalating can raise their own permissions. Groups are not judged.
	Escalating Subjects `json:"escalating"`
	// SecurityToolAdmins can switch off what watches, SecretReaders can read
	// secrets, be it under conditions.
	SecurityToolAdmins Subjects `json:"security_tool_admins"`
	SecretReaders      Subjects `json:"secret_readers"`
	// ExternalAccounts can enter roles of the account that do not carry the tag
	// ck_exclude_from_reports; TrustsAccount are roles that a whole outside
	// account may assume, ReachesAccounts roles that can assume roles of other
	// accounts and are not Super.
	ExternalAccounts []string    `json:"external_accounts"`
	TrustsAccount    []string    `json:"trusts_account"`
	ReachesAccounts  []string    `json:"reaches_accounts"`
	Buckets          BucketTruth `json:"buckets"`
	// OpenSecurityGroups let in the whole internet.
	OpenSecurityGroups []string `json:"open_security_groups"`
	// ExemptResources are buckets and security groups that carry the tag
	// ck_exclude_from_reports; they are in the lists above, too.
	ExemptResources []string `json:"exempt_resources"`
}

// BucketTruth is the truth about the buckets of one account, by ARN.
type BucketTruth struct {
	Total        int      `json:"total"`
	Unencrypted  []string `json:"unencrypted"`
	ManagedKeys  []string `json:"managed_keys"` // Of S3.
	Public       []string `json:"public"`
	CrossAccount []string `json:"cross_account"`
	// Reachable is how many each instance reaches through its role.
	Reachable int `json:"reachable"`
}

// Counts is a number for each kind of identity.
type Counts struct {
	Users     int `json:"users"`
	Groups    int `json:"groups"`
	Roles     int `json:"roles"`
	Functions int `json:"functions"`
	Instances int `json:"instances"`
}

// Subjects are ARNs by kind of identity.
type Subjects struct {
	Users     []string `json:"users"`
	Groups    []string `json:"groups"`
	Roles     []string `json:"roles"`
	Functions []string `json:"functions"`
	Instances []string `json:"instances"`
}

// KeyTruth is the truth about one access key.
type KeyTruth struct {
	ID       string     `json:"id"`
	User     string     `json:"user"` // ARN.
	Slot     int        `json:"slot"` // 1 or 2, as in the credential report.
	Created  time.Time  `json:"created"`
	Enabled  bool       `json:"enabled"`
	LastUsed *time.Time `json:"last_used,omitempty"` // Never, if absent.
	// Old: enabled and made more than 90 days before the end.
	Old bool `json:"old"`
	// Unused: old, and not used for 90 days or never.
	Unused bool `json:"unused"`
}

// ReadTruth reads truth.json and attack.json of a generated tenant.
func ReadTruth(dir string) (*Truth, *Attack, error) {
	truth, attack := &Truth{}, &Attack{}
	for name, into := range map[string]any{"truth.json": truth, "attack.json": attack} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, nil, fmt.Errorf("read the sample tenant's truth: %w", err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			return nil, nil, fmt.Errorf("read the sample tenant's truth: %s: %w", name, err)
		}
	}
	return truth, attack, nil
}
