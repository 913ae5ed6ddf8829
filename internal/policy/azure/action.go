package azure

import (
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure/condition"
)

// Short names of truths.
const (
	no      = condition.No
	perhaps = condition.Maybe
	yes     = condition.Yes
)

// action is an action that somebody asks about.
type action struct {
	key    string // In lower case.
	index  int    // In the catalogue; -1 if it does not have it.
	own    plane  // The plane on which the catalogue has it.
	planes plane  // The planes on which it is judged.
}

// named returns an action by name.
func (s *Subscription) named(name entitlement.Action) action {
	e := s.evaluator
	a := action{index: -1}
	if i, ok := e.cat.Index(name); ok {
		a.key, a.index, a.own = e.names[i], i, e.planesAt(i)
		a.planes = a.own
		return a
	}
	a.key = lower(string(name))
	a.planes = e.planesOf(a.key, s.mentions)
	return a
}

// gives reports whether a block holds an action on one of the planes.
func (b *block) gives(a action, planes plane) bool {
	if a.index >= 0 && planes == a.own && planes != controlPlane|dataPlane {
		return b.set.Has(a.index)
	}
	return b.names(a.key, planes)
}

// names reports whether the patterns of one of the planes match an action in
// lower case.
func (b *block) names(action string, planes plane) bool {
	return planes&controlPlane != 0 && b.control.match(action) || planes&dataPlane != 0 && b.data.match(action)
}

// checkAction reports what is wrong with the name of an action.
func checkAction(a entitlement.Action) error {
	name := string(a)
	if !strings.Contains(name, "/") || strings.ContainsAny(name, "*? \t\r\n") || strings.HasPrefix(name, "/") || strings.HasSuffix(name, "/") {
		return fmt.Errorf(`action: %q is not one action, as "Microsoft.Storage/storageAccounts/read" is`, name)
	}
	return nil
}
