package aws

import (
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Estate decides requests within and between accounts. It is safe for
// concurrent use.
type Estate struct {
	cat      *catalog.Catalog
	accounts []*Account
	byID     map[entitlement.SystemID]*Account
	subjects map[string]*subject // Identities of all accounts, by ARN.
}

// NewEstate joins compiled accounts, of one organisation or several, which must
// have been compiled against the same catalogue. Of two with the same number
// the first counts.
func NewEstate(accounts ...*Account) *Estate {
	e := &Estate{accounts: accounts, byID: make(map[entitlement.SystemID]*Account, len(accounts))}
	n := 0
	for _, a := range accounts {
		e.cat = a.cat
		if _, twice := e.byID[a.System()]; !twice {
			e.byID[a.System()] = a
			n += len(a.subjects)
		}
	}
	e.subjects = make(map[string]*subject, n)
	for _, a := range e.byID {
		for id, s := range a.subjects {
			e.subjects[string(id)] = s
		}
	}
	return e
}

// Account returns the account with a number, nil if it is not there.
func (e *Estate) Account(id entitlement.SystemID) *Account { return e.byID[id] }

// Accounts returns the accounts. The slice is shared: do not change it.
func (e *Estate) Accounts() []*Account { return e.accounts }

// System returns the account's number.
func (a *Account) System() entitlement.SystemID { return a.inv.System.ID }

// Inventory returns what the account was compiled from. Do not change it.
func (a *Account) Inventory() *entitlement.Inventory { return a.inv }
