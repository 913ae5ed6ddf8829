package azure

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"golang.org/x/time/rate"

	"github.com/leastward/leastward/internal/entitlement"
)

// Options tell [New] which tenant to read and how. The zero value reads all
// subscriptions that the process's own credentials see in Azure's public cloud.
type Options struct {
	// Tenant is the directory's id. It is where client credentials sign in; "" is
	// that of the default chain.
	Tenant string
	// Cloud is one of [Clouds]; "" is public.
	Cloud string
	// ManagementGroup is the name of the group whose tree is read; "" is the root
	// of the tenant.
	ManagementGroup string
	// Subscriptions are those to read. Empty means every active one that can be
	// seen.
	Subscriptions []entitlement.SystemID
	// Credentials say how to sign in; the zero value is the default chain of the
	// environment: variables, workload identity, managed identity, Azure CLI.
	Credentials Credentials
	// Credential replaces all that.
	Credential azcore.TokenCredential
	// Endpoint replaces the address of every service: an emulator. Storage
	// accounts are then the first part of its paths, and without Credentials
	// nobody signs in.
	Endpoint string

	// Skip are parts of [Parts] that are not read.
	Skip []string
	// Operations compares the operations that Azure knows with the catalogue: 10
	// MB, so it is off unless asked for.
	Operations bool

	// Logs say where events are read. Its zero value reads none.
	Logs LogOptions

	// Limits is the most requests per second for each API family, named as in
	// [DefaultLimits], which stand for what is missing here.
	Limits map[string]rate.Limit
	// Parallel bounds the requests in flight. Zero means 8.
	Parallel int
	// Attempts bounds the tries of a request that fails for another reason than
	// throttling; throttled requests are tried until the context ends. Zero
	// means 6.
	Attempts int
	// MaxBackoff is the longest pause between two tries, but for one that the
	// service asks for. Zero means 20 s.
	MaxBackoff time.Duration

	// Transport sends the requests. Nil means the SDK's own.
	Transport policy.Transporter
	// Now reads the clock. Nil means time.Now.
	Now func() time.Time
	// Logger is told of degraded sources. Nil discards.
	Logger *slog.Logger
}

// The parts of a collection that may be skipped.
const (
	PartResources   = "resources"   // Resource Graph: also functions, machines and managed identities.
	PartContainers  = "containers"  // Of storage accounts, which are asked one by one.
	PartPIM         = "pim"         // Privileged Identity Management.
	PartClassic     = "classic"     // Classic administrators.
	PartSignIns     = "sign_ins"    // When users and applications were last there.
	PartMFA         = "mfa"         // Who registered a second factor.
	PartCredentials = "credentials" // Secrets and certificates of applications.
)

// Parts returns the parts that may be skipped, sorted.
func Parts() []string {
	return []string{PartClassic, PartContainers, PartCredentials, PartMFA, PartPIM, PartResources, PartSignIns}
}

func (o Options) withDefaults() Options {
	o.Parallel, o.Attempts = cmp.Or(o.Parallel, 8), cmp.Or(o.Attempts, 6)
	o.MaxBackoff = cmp.Or(o.MaxBackoff, 20*time.Second)
	o.Cloud = cmp.Or(o.Cloud, CloudPublic)
	o.Tenant = strings.ToLower(o.Tenant)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Logs = o.Logs.withDefaults()
	return o
}

// Validate reports what is wrong with the options, by the name of the field.
func (o *Options) Validate() error {
	if o.Cloud != "" && !slices.Contains(Clouds(), o.Cloud) {
		return fmt.Errorf("cloud: %q is none of %s", o.Cloud, strings.Join(Clouds(), ", "))
	}
	if o.Parallel < 0 || o.Attempts < 0 || o.MaxBackoff < 0 {
		return errors.New("parallel, attempts and max backoff must not be negative")
	}
	if u, err := url.Parse(o.Endpoint); o.Endpoint != "" && (err != nil || u.Scheme == "" || u.Host == "") {
		return fmt.Errorf("endpoint: %q is not a URL such as http://127.0.0.1:8080", o.Endpoint)
	}
	if inClear(o.Endpoint) && o.Credentials != (Credentials{}) {
		return fmt.Errorf("endpoint: %s would get tokens in clear; give https, or leave out the credentials", o.Endpoint)
	}
	for _, id := range o.Subscriptions {
		if !entitlement.IsGUID(string(id)) {
			return fmt.Errorf("subscriptions: %q is not the id of a subscription, a GUID", id)
		}
	}
	for _, part := range o.Skip {
		if !slices.Contains(Parts(), part) {
			return fmt.Errorf("skip: %q is no part of a collection; known are %s", part, strings.Join(Parts(), ", "))
		}
	}
	for family, limit := range o.Limits {
		if _, known := DefaultLimits()[family]; !known || limit <= 0 {
			return fmt.Errorf("rate limits: %q needs to be one of %s, with a rate above 0", family, strings.Join(slices.Sorted(maps.Keys(DefaultLimits())), ", "))
		}
	}
	if err := o.Credentials.validate(); err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	return o.Logs.validate()
}

// inClear reports whether what is sent to an address can be read on the way.
func inClear(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())
}

func (o *Options) skips(part string) bool { return slices.Contains(o.Skip, part) }
