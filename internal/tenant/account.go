package tenant

import (
	"math"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// The organisation. The account numbers are those of AWS's own documentation.
const (
	managementAccount  = "999988887777"
	productionAccount  = "111122223333"
	developmentAccount = "444455556666"
	vendorAccount      = "555566667777" // A monitoring vendor outside the organisation.
)

// account is one AWS account with the number of identities of each kind.
type account struct {
	id, name, email string
	env             string // "prod" or "dev".
	owner           string
	seed            draw.Seed
	users, roles    int
	functions       int
	instances       int
	prefix          string // Of log file and resource names.
}

// newAccounts divides the organisation: six of ten identities are in
// production, one of eleven is a human.
func newAccounts(o Options) []*account {
	prod := newAccount(o, productionAccount, "production", "prod", "platform")
	dev := newAccount(o, developmentAccount, "development", "dev", "platform")
	size := int(math.Round(0.6 * float64(o.Size)))
	prod.divide(size)
	dev.divide(o.Size - size)
	return []*account{prod, dev}
}

func newAccount(o Options, id, name, env, owner string) *account {
	return &account{
		id: id, name: company + "-" + name, email: "aws-" + name + "@example.com", env: env, owner: owner,
		seed: draw.Seed(draw.Seed(o.Seed).Hash(id)), prefix: company + "-" + env,
	}
}

func (a *account) divide(size int) {
	a.users = int(math.Round(float64(size) / 11))
	workloads := size - a.users
	a.functions = int(math.Round(0.3 * float64(workloads)))
	a.instances = int(math.Round(0.2 * float64(workloads)))
	a.roles = workloads - a.functions - a.instances
}

func (a *account) production() bool { return a.env == "prod" }

func (a *account) iamARN(resource string) string { return "arn:aws:iam::" + a.id + ":" + resource }

// region returns the home region of a team.
func region(team string) string {
	switch team {
	case "data":
		return "us-east-1"
	case "mobile", "storefront":
		return "eu-west-1"
	}
	return "eu-central-1"
}
