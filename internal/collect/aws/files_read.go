package aws

import (
	"errors"
	"io"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Files are the exported files of one account. Each is a file, a directory or a
// glob; empty means that there is none.
type Files struct {
	AuthorizationDetails string // Required.
	CredentialReport     string
	Organization         string
	Functions            string
	Instances            string
	SecurityGroups       string
	IdentityCenter       string
	ResourcePolicies     []string
}

// step is one kind of file that adds to the authorization details.
type step struct {
	path string
	read reader
}

// extras are the files of one account each.
func (f *Files) extras() []step {
	return []step{
		{f.CredentialReport, ReadCredentialReport},
		{f.Functions, ReadFunctions},
		{f.Instances, ReadInstances},
		{f.SecurityGroups, ReadSecurityGroups},
	}
}

// ReadFiles reads the exported files of one account, collected at the time
// given. A file that cannot be read at all is an error; what is wrong in a file
// is a problem of the inventory.
func ReadFiles(f Files, at time.Time) (*entitlement.Inventory, error) {
	inv := &entitlement.Inventory{CollectedAt: at}
	if f.AuthorizationDetails == "" {
		return nil, errors.New("read exported files: the authorization details are not given; " +
			"export them with aws iam get-account-authorization-details")
	}
	if err := readAuthorizationFiles(f.AuthorizationDetails, inv); err != nil {
		return nil, err
	}
	steps := append(f.extras(), step{f.Organization, ReadOrganization}, step{f.IdentityCenter, ReadIdentityCenter})
	for _, path := range f.ResourcePolicies {
		steps = append(steps, step{path, ReadResourcePolicies})
	}
	for _, s := range steps {
		if err := ReadEach(s.path, inv, s.read); err != nil {
			return nil, err
		}
	}
	return inv, nil
}

// ReadEach has read fill the inventory from every file that the path, a file, a
// directory or a glob, stands for; "" is none. It ends with the first that
// cannot be read at all.
func ReadEach(path string, inv *entitlement.Inventory, read func(io.Reader, string, *entitlement.Inventory) error) error {
	return eachFile(path, func(path string) error {
		return withFile(path, func(in io.Reader, name string) error { return read(in, name, inv) })
	})
}

// readAuthorizationFiles reads the pages of an export, in whatever order their
// files are, and checks that none is missing.
func readAuthorizationFiles(path string, inv *entitlement.Inventory) error {
	var last *authorizationReader
	whole := false
	err := ReadEach(path, inv, func(in io.Reader, name string, into *entitlement.Inventory) error {
		a, err := readAuthorization(in, name, into)
		if err == nil {
			last, whole = a, whole || !a.truncated
		}
		return err
	})
	if err != nil {
		return err
	}
	last.name = path
	if !whole {
		last.morePages()
	}
	last.checkComplete()
	return nil
}

func (a *authorizationReader) morePages() {
	a.problem(MorePages, "last document", "IsTruncated is true: users, roles or policies are missing; "+
		"export without --max-items, or give the files of all pages")
}
