package aws

import (
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// Codes of problems with exported files, besides the reasons of events. The set
// is bounded.
const (
	MissingPolicy  Reason = "missing_policy"  // A policy is attached and its document absent.
	MissingGroup   Reason = "missing_group"   // A user is in a group that is absent.
	MissingProfile Reason = "missing_profile" // An instance profile's role is not known.
	MorePages      Reason = "more_pages"      // A paged export stops before its last page.
	Incomplete     Reason = "incomplete"      // Something that must be there is not.
)

// inventoryReader fills an inventory from one file.
type inventoryReader struct {
	name  string
	into  *entitlement.Inventory
	index map[entitlement.IdentityID]int
}

func newInventoryReader(name string, into *entitlement.Inventory) *inventoryReader {
	r := &inventoryReader{name: name, into: into, index: make(map[entitlement.IdentityID]int, len(into.Identities))}
	for i := range into.Identities {
		r.index[into.Identities[i].ID] = i
	}
	if into.Policies == nil {
		into.Policies = map[entitlement.PolicyID]entitlement.Policy{}
	}
	if into.Profiles == nil {
		into.Profiles = map[entitlement.ResourceID]entitlement.IdentityID{}
	}
	into.System.Cloud = entitlement.AWS
	return r
}

// upsert returns the identity, which is made if need be. It is valid until the
// next call.
func (r *inventoryReader) upsert(id entitlement.IdentityID) *entitlement.Identity {
	i, ok := r.index[id]
	if !ok {
		i = len(r.into.Identities)
		r.index[id] = i
		r.into.Identities = append(r.into.Identities, entitlement.Identity{ID: id})
	}
	r.into.Identities[i].System = r.into.System.ID
	return &r.into.Identities[i]
}

// claim checks that an ARN belongs to the inventory's account, which the first
// ARN decides where it is open.
func (r *inventoryReader) claim(arn string) error {
	account := accountOf(arn)
	if account == "" || account == "aws" {
		return nil
	}
	system := &r.into.System
	if system.ID == "" {
		system.ID = entitlement.SystemID(account)
		return nil
	}
	if account != string(system.ID) {
		return fmt.Errorf("%s: %s belongs to account %s, but the rest to account %s; give the files of one account at a time",
			r.name, arn, account, system.ID)
	}
	return nil
}

func (r *inventoryReader) problem(reason Reason, where, message string) {
	r.into.Problems = append(r.into.Problems, entitlement.Problem{
		Code: string(reason), Subject: r.name + ": " + where, Message: message,
	})
}

func (r *inventoryReader) elementProblem(reason Reason, e records.Element, message string) {
	r.problem(reason, fmt.Sprintf("%s[%d] at byte %d", e.List, e.N, e.Offset), message)
}

// partial turns an error in the middle of a file into a problem, if something
// was read before it.
func (r *inventoryReader) partial(err error, something bool) error {
	if file, ok := asFileError(err); ok && something {
		r.problem(file.Reason, fmt.Sprintf("byte %d", file.Offset), file.Message)
		return nil
	}
	return err
}

// nameOf returns what stands behind the last slash of an ARN or path.
func nameOf(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
