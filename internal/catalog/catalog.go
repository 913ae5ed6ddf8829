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
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

//go:embed data/aws.txt.zst
var awsActions []byte

//go:embed data/calls_aws.txt
var awsCalls string

// Catalog is the set of all known actions of one cloud. It never changes and is
// safe for concurrent use.
type Catalog struct {
	cloud   entitlement.Cloud
	version string
	infos   []Info
	lower   []string         // Names in lower case, sorted; same indices as infos.
	index   map[string]int32 // By name in lower case.
	all     entitlement.ActionSet
	calls   *callTable
	matches cache[string, entitlement.ActionSet]
	mapped  cache[Call, mappedCall]
}

var aws = sync.OnceValue(func() *Catalog { //nolint:gochecknoglobals // decoded once, then immutable
	c, err := decode(awsActions, awsCalls)
	if err != nil {
		panic(fmt.Sprintf("decode the embedded AWS catalogue: %v", err)) // A test decodes it.
	}
	return c
})

// AWS returns the embedded catalogue of AWS. It is decoded on first use.
func AWS() *Catalog { return aws() }

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

// Index returns the index of an action, compared without regard to case.
func (c *Catalog) Index(a entitlement.Action) (int, bool) {
	var buf [maxName]byte
	if len(a) > len(buf) {
		return 0, false
	}
	name := appendLower(buf[:0], string(a))
	i, ok := c.index[string(name)]
	return int(i), ok
}

// maxName is the length that no action name exceeds; decode checks it.
const maxName = 128

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
