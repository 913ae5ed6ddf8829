// Package catalog knows every action of a cloud: how severe and how sensitive
// it is, what resources it works on, whether the cloud's logs can show its use,
// and which actions a recorded call exercises.
//
// An action is known by its index: the catalogue holds the actions sorted by
// name without regard to case, so that the indices of a service, and of every
// pattern such as "s3:Get*", are one range. An index is valid for one version
// of the catalogue alone; store actions by name.
package catalog

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

//go:embed data/aws.txt.zst
var awsActions []byte

//go:embed data/calls_aws.txt
var awsCalls string

//go:embed data/azure.txt.zst
var azureActions []byte

//go:embed data/calls_azure.txt
var azureCalls string

//go:embed data/gcp.txt.zst
var gcpActions []byte

//go:embed data/calls_gcp.txt
var gcpCalls string

//go:embed data/methods_gcp.txt.zst
var gcpMethods []byte

// Catalog is the set of all known actions of one cloud. It never changes and is
// safe for concurrent use.
type Catalog struct {
	cloud   entitlement.Cloud
	version string
	infos   []Info
	lower   []string         // Names in lower case, sorted; same indices as infos.
	index   map[string]int32 // By name in lower case.
	all     entitlement.ActionSet
	data    entitlement.ActionSet // What data actions of roles may grant (Azure).
	control entitlement.ActionSet // What actions of roles may grant.
	calls   *callTable
	matches cache[string, entitlement.ActionSet]
	mapped  cache[Call, mappedCall]
}

var aws = sync.OnceValue(func() *Catalog { //nolint:gochecknoglobals // decoded once, then immutable
	return mustDecode(awsActions, awsCalls)
})

var azure = sync.OnceValue(func() *Catalog { //nolint:gochecknoglobals // decoded once, then immutable
	return mustDecode(azureActions, azureCalls)
})

var gcp = sync.OnceValue(func() *Catalog { //nolint:gochecknoglobals // decoded once, then immutable
	c := mustDecode(gcpActions, gcpCalls)
	if err := c.addMethods(gcpMethods); err != nil {
		panic(fmt.Sprintf("decode the embedded methods of Google Cloud: %v", err)) // A test decodes them.
	}
	return c
})

func mustDecode(actions []byte, calls string) *Catalog {
	c, err := decode(actions, calls)
	if err != nil {
		panic(fmt.Sprintf("decode an embedded catalogue: %v", err)) // A test decodes them.
	}
	return c
}

// AWS returns the embedded catalogue of AWS. It is decoded on first use.
func AWS() *Catalog { return aws() }

// Azure returns the embedded catalogue of Azure: the operations of its resource
// providers, control plane and data actions alike. It is decoded on first use.
func Azure() *Catalog { return azure() }

// GCP returns the embedded catalogue of Google Cloud: the permissions of its
// services. It is decoded on first use.
func GCP() *Catalog { return gcp() }

// Of returns the catalogue of a cloud; nil where there is none.
func Of(c entitlement.Cloud) *Catalog {
	switch c {
	case entitlement.AWS:
		return AWS()
	case entitlement.Azure:
		return Azure()
	case entitlement.GCP:
		return GCP()
	case entitlement.Platform:
	}
	return nil
}

// CloudOf tells from an action's spelling which cloud it is of: AWS writes
// "service:Action", Azure "Provider/type/verb", Google Cloud
// "service.type.verb" and, of a few services, "host/type.verb" where the host
// ends in ".com" ("iam.googleapis.com/workforcePools.get"), which no provider of
// Azure does.
func CloudOf(a entitlement.Action) entitlement.Cloud {
	i := strings.IndexAny(string(a), ":/")
	switch {
	case i < 0:
		return entitlement.GCP
	case a[i] == ':':
		return entitlement.AWS
	case hasSuffixFold(string(a[:i]), ".com"):
		return entitlement.GCP
	}
	return entitlement.Azure
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}

// Cloud returns the cloud whose actions these are.
func (c *Catalog) Cloud() entitlement.Cloud { return c.cloud }

// Version identifies the data. Stamp figures with it: a catalogue's growth must
// never look like a change in permissions.
func (c *Catalog) Version() string { return c.version }

// Len returns the number of actions. Valid indices are 0 to Len()-1.
func (c *Catalog) Len() int { return len(c.infos) }

// Info returns what is known of the action with index i. It is shared: do not
// change it.
func (c *Catalog) Info(i int) *Info { return &c.infos[i] }

// All returns the set of all actions. It is shared: do not change it.
func (c *Catalog) All() entitlement.ActionSet { return c.all }

// Data returns the set of the actions that a role of Azure grants through its
// data actions; empty for other clouds. It is shared: do not change it.
func (c *Catalog) Data() entitlement.ActionSet { return c.data }

// Control returns the set of the actions that a role grants through its actions,
// which on Azure are those of the control plane and on other clouds all. A few
// names of Azure, such as Microsoft.KeyVault/vaults/keys/read, are both: they are
// in Data besides. It is shared: do not change it.
func (c *Catalog) Control() entitlement.ActionSet { return c.control }

// Index returns the index of an action, compared without regard to case.
func (c *Catalog) Index(a entitlement.Action) (int, bool) {
	var buf [maxName]byte
	if len(a) > len(buf) {
		return c.indexLong(a)
	}
	name := appendLower(buf[:0], string(a))
	i, ok := c.index[string(name)]
	return int(i), ok
}

// indexLong is Index for names that only Azure has.
func (c *Catalog) indexLong(a entitlement.Action) (int, bool) {
	if len(a) > maxLongName {
		return 0, false
	}
	i, ok := c.index[string(appendLower(nil, string(a)))]
	return int(i), ok
}

// maxName is the length that next to no action name exceeds, and none of AWS and
// Google Cloud; maxLongName is the length that none exceeds. Decode checks them.
const (
	maxName     = 128
	maxLongName = 384
)

// appendLower appends s with ASCII capitals in lower case. Action names are
// ASCII; other letters match nothing.
func appendLower(dst []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}
