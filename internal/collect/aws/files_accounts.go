package aws

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// ReadAccounts reads the exported files of one or more accounts into one
// inventory each, in the order of their numbers. Each of details is a file, a
// directory or a glob of authorization details; those of a file are of one
// account. Those that f names are not used.
//
// The other files go to the accounts that they are of: resources by their ARN,
// the organisation to all. An account that only has resource policies gets an
// inventory without identities, because they decide about access to it from
// the others.
func ReadAccounts(details []string, f Files, at time.Time) ([]*entitlement.Inventory, error) {
	a := &accountsReader{at: at, accounts: map[entitlement.SystemID]*accountFiles{}}
	if len(details) == 0 {
		return nil, errors.New("read exported files: the authorization details are not given; " +
			"export them with aws iam get-account-authorization-details")
	}
	for _, path := range details {
		if err := eachFile(path, a.details); err != nil {
			return nil, err
		}
	}
	inventories, err := a.inventories(details)
	if err != nil {
		return nil, err
	}
	e := newEstate(inventories...)
	e.grow = true
	for _, path := range f.ResourcePolicies {
		if err := eachFile(path, func(path string) error { return withFile(path, e.readPolicies) }); err != nil {
			return nil, err
		}
	}
	inventories = e.order
	if err := readOrganizationOf(f.Organization, inventories, len(a.order)); err != nil {
		return nil, err
	}
	if err := readDirectoryOf(f.IdentityCenter, inventories); err != nil {
		return nil, err
	}
	if err := a.extras(f, inventories); err != nil {
		return nil, err
	}
	slices.SortFunc(inventories, func(a, b *entitlement.Inventory) int { return cmp.Compare(a.System.ID, b.System.ID) })
	return inventories, nil
}

// accountsReader sorts files by account.
type accountsReader struct {
	at       time.Time
	accounts map[entitlement.SystemID]*accountFiles
	order    []*accountFiles
	nobodys  []string // Files that name no account, such as a page of AWS's own policies.
}

type accountFiles struct {
	inv   *entitlement.Inventory
	whole bool // A last page was there.
}

// details reads one file of authorization details. Pages after an account's
// first are read once more, into its inventory.
func (a *accountsReader) details(path string) error {
	inv := &entitlement.Inventory{CollectedAt: a.at}
	read, err := readDetails(path, inv)
	if err != nil {
		return err
	}
	if inv.System.ID == "" {
		a.nobodys = append(a.nobodys, path)
		return nil
	}
	known := a.accounts[inv.System.ID]
	if known == nil {
		known = &accountFiles{inv: inv}
		a.accounts[inv.System.ID] = known
		a.order = append(a.order, known)
	} else if read, err = readDetails(path, known.inv); err != nil {
		return err
	}
	known.whole = known.whole || !read.truncated
	return nil
}

func readDetails(path string, inv *entitlement.Inventory) (read *authorizationReader, err error) {
	err = withFile(path, func(in io.Reader, name string) error {
		read, err = readAuthorization(in, name, inv)
		return err
	})
	return read, err
}

// inventories completes those of the authorization details.
func (a *accountsReader) inventories(details []string) ([]*entitlement.Inventory, error) {
	if len(a.order) == 0 {
		return nil, fmt.Errorf("read authorization details: %q name no account; export them again", details)
	}
	var all []*entitlement.Inventory
	for _, account := range a.order {
		for _, path := range a.nobodys {
			read, err := readDetails(path, account.inv)
			if err != nil {
				return nil, err
			}
			account.whole = account.whole || !read.truncated
		}
		last := &authorizationReader{inventoryReader: newInventoryReader("account "+string(account.inv.System.ID), account.inv)}
		if !account.whole {
			last.morePages()
		}
		last.checkComplete()
		all = append(all, account.inv)
	}
	return all, nil
}

// extras reads the files that are of one account each.
func (a *accountsReader) extras(f Files, inventories []*entitlement.Inventory) error {
	for _, step := range f.extras() {
		err := eachFile(step.path, func(path string) error { return readForOwner(path, step.read, inventories) })
		if err != nil {
			return err
		}
	}
	return nil
}

// readForOwner reads a file into the inventory of the account that it is of,
// which a first reading finds out.
func readForOwner(path string, read reader, inventories []*entitlement.Inventory) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read exported files: %w", err)
	}
	probe := &entitlement.Inventory{}
	if err := read(bytes.NewReader(data), path, probe); err != nil {
		return err
	}
	owner := probe.System.ID
	for _, inv := range inventories {
		if inv.System.ID == owner || owner == "" {
			return read(bytes.NewReader(data), path, inv)
		}
	}
	return fmt.Errorf("read exported files: %s is of account %s, which there are no authorization details of; "+
		"give those, too, or leave the file out", path, owner)
}

// eachFile calls read with every file that the path stands for; "" is none.
func eachFile(path string, read func(path string) error) error {
	if path == "" {
		return nil
	}
	files, err := records.Files(path)
	if err != nil {
		return fmt.Errorf("read %q: %w", path, err)
	}
	if len(files) == 0 {
		return fmt.Errorf("read %q: the directory holds no files: %w", path, os.ErrNotExist)
	}
	for _, f := range files {
		if err := read(f.Path); err != nil {
			return err
		}
	}
	return nil
}

func withFile(path string, read func(in io.Reader, name string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read exported files: %w", err)
	}
	defer file.Close() //nolint:errcheck // opened for reading
	return read(file, path)
}
