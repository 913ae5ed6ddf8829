package ask

import (
	"sync"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/azure"
	"github.com/leastward/leastward/internal/policy/gcp"
)

// Compiler makes inventories ready to be asked about. It is safe for concurrent
// use; start from NewCompiler.
type Compiler struct {
	aws   func() *policy.Evaluator
	azure func() *azure.Evaluator
	gcp   func() *gcp.Evaluator
}

// NewCompiler returns a compiler.
func NewCompiler() *Compiler {
	return &Compiler{
		aws:   sync.OnceValue(func() *policy.Evaluator { return policy.New(catalog.AWS()) }),
		azure: sync.OnceValue(func() *azure.Evaluator { return azure.New(catalog.Azure()) }),
		gcp:   sync.OnceValue(func() *gcp.Evaluator { return gcp.New(catalog.GCP()) }),
	}
}

// Compiled is a system that can be asked about, of whatever cloud.
type Compiled struct {
	inv   *entitlement.Inventory
	aws   *policy.Account
	azure *azure.Subscription
	gcp   *gcp.Project
}

// Compile compiles the inventory of a system.
func (c *Compiler) Compile(inv *entitlement.Inventory) *Compiled {
	one := &Compiled{inv: inv}
	switch inv.System.Cloud {
	case entitlement.AWS, "":
		one.aws = c.aws().Compile(inv)
	case entitlement.Azure:
		one.azure = c.azure().Compile(inv)
	case entitlement.GCP:
		one.gcp = c.gcp().Compile(inv)
	case entitlement.Platform:
	}
	return one
}

// System returns which system it is.
func (c *Compiled) System() entitlement.System { return c.inv.System }

// Problems tells what could not be understood, on which answers may hang.
func (c *Compiled) Problems() []string {
	var list []string
	switch {
	case c.aws != nil:
		for _, d := range c.aws.Diagnostics() {
			if d.Level == policy.Rejected {
				list = append(list, d.String())
			}
		}
	case c.azure != nil:
		list = texts(c.azure.Problems())
	case c.gcp != nil:
		list = texts(c.gcp.Problems())
	}
	return list
}

func texts(problems []entitlement.Problem) []string {
	list := make([]string, len(problems))
	for i, p := range problems {
		list[i] = p.Subject + ": " + p.Message
	}
	return list
}

func accountsOf(systems []*Compiled) []*policy.Account {
	var list []*policy.Account
	for _, s := range systems {
		if s.aws != nil {
			list = append(list, s.aws)
		}
	}
	return list
}
