package logsql

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog/actions"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// canonical returns an action as its cloud's catalogue spells it, and whether it
// knows it.
func canonical(cat *catalog.Catalog, action string) (string, bool) {
	info := actions.Info(cat, entitlement.Action(action))
	if info == nil {
		return "", false
	}
	return string(info.Action), true
}

// folder is the filter for the systems of folders. A folder without systems,
// or one that does not exist, holds nothing.
func (c *compiler) folder(names []string) (string, error) {
	systems, err := c.o.systemsOf(names)
	if err != nil {
		return "", err
	}
	return equals(columnsOf(query.System), unique(systems)), nil
}

func (o *Options) systemsOf(folders []string) ([]entitlement.SystemID, error) {
	if o.Folders == nil {
		return nil, errors.New("there are no folders here; name the systems")
	}
	var systems []entitlement.SystemID
	for _, name := range folders {
		systems = append(systems, o.Folders(name)...)
	}
	return systems, nil
}

// maxTagged bounds the resources of a tag condition, each of which is sought in
// every event with several resources.
const maxTagged = 10_000

// tagged is the filter for the identities or resources that carry tags.
func (c *compiler) tagged(f query.Field, op query.Operator, values []string) (string, error) {
	if c.o.Tagged == nil {
		return "", errors.New("there is no inventory of tags here")
	}
	if op == query.Exists {
		values = []string{""}
	}
	var ids []string
	for _, v := range values {
		key, value, _ := strings.Cut(v, "=")
		found, err := c.o.Tagged(f, key, value, op)
		if err != nil {
			return "", fmt.Errorf("look up %s %q: %w", f, v, err)
		}
		ids = append(ids, found...)
	}
	ids = unique(ids)
	if len(ids) > maxTagged {
		return "", fmt.Errorf("%d carry the tag; at most %d can be asked for, so narrow it", len(ids), maxTagged)
	}
	if f == query.IdentityTag {
		return equals(columnsOf(query.Identity), ids), nil
	}
	return equals(columnsOf(query.Resource), ids), nil
}

// unique returns what is there once each, sorted, without the empty one.
func unique[T ~string](list []T) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		if s != "" {
			out = append(out, string(s))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
