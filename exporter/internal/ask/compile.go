package ask

import (
	"sync"

	"github.com/leastward/leastward/exporter/internal/explain"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// Compiler makes inventories ready to be asked about. It is safe for concurrent
// use; start from NewCompiler.
type Compiler struct {
	aws func() *policy.Evaluator
}

// NewCompiler returns a compiler.
func NewCompiler() *Compiler {
	return &Compiler{
		aws: sync.OnceValue(func() *policy.Evaluator { return policy.New(catalog.AWS()) }),
	}
}

// Compiled is a system that can be asked about, of whatever cloud.
type Compiled struct {
	inv   *entitlement.Inventory
	aws   *policy.Account    // Of AWS.
	roles explain.RoleSystem // Of Azure and Google Cloud.
}

// Compile compiles the inventory of a system.
func (c *Compiler) Compile(inv *entitlement.Inventory) *Compiled {
	one := &Compiled{inv: inv}
	switch inv.System.Cloud {
	case entitlement.AWS, "":
		one.aws = c.aws().Compile(inv)
	case entitlement.Azure, entitlement.GCP, entitlement.Platform:
	}
	return one
}

// System returns which system it is.
func (c *Compiled) System() entitlement.System { return c.inv.System }

// Problems tells what could not be understood, on which answers may hang.
func (c *Compiled) Problems() []string {
	if c.aws == nil {
		return nil
	}
	var list []string
	for _, d := range c.aws.Diagnostics() {
		if d.Level == policy.Rejected {
			list = append(list, d.String())
		}
	}
	return list
}

// rolesOf returns the systems of a cloud whose rights are roles, and their estate.
func rolesOf(entitlement.Cloud, []*Compiled) (rolesEstate, []explain.RoleSystem) { return nil, nil }

func accountsOf(systems []*Compiled) []*policy.Account {
	var list []*policy.Account
	for _, s := range systems {
		if s.aws != nil {
			list = append(list, s.aws)
		}
	}
	return list
}
