package aws

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
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
	for _, step := range []struct {
		path string
		read func(io.Reader, string, *entitlement.Inventory) error
	}{
		{f.CredentialReport, ReadCredentialReport},
		{f.Organization, ReadOrganization},
		{f.Functions, ReadFunctions},
		{f.Instances, ReadInstances},
	} {
		if err := ReadEach(step.path, inv, step.read); err != nil {
			return nil, err
		}
	}
	return inv, nil
}

// ReadEach has read fill the inventory from every file that the path, a file, a
// directory or a glob, stands for; "" is none. It ends with the first that
// cannot be read at all.
func ReadEach(path string, inv *entitlement.Inventory, read func(io.Reader, string, *entitlement.Inventory) error) error {
	if path == "" {
		return nil
	}
	files, err := listFiles(path)
	if err != nil {
		return fmt.Errorf("read %q: %w", path, err)
	}
	if len(files) == 0 {
		return fmt.Errorf("read %q: the directory holds no files: %w", path, fs.ErrNotExist)
	}
	for _, f := range files {
		if err := readOne(f.path, inv, read); err != nil {
			return err
		}
	}
	return nil
}

func readOne(path string, inv *entitlement.Inventory, read func(io.Reader, string, *entitlement.Inventory) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read exported files: %w", err)
	}
	defer file.Close() //nolint:errcheck // opened for reading
	return read(file, path, inv)
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
		last.problem(MorePages, "last document", "IsTruncated is true: users, roles or policies are missing; "+
			"export without --max-items, or give the files of all pages")
	}
	last.checkComplete()
	return nil
}
