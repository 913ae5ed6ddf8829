package tenant

import (
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// The shares of what is active within the window.
const (
	activeWorkloads = 0.2
	activeUsers     = 0.55
)

// pattern is the order of the ordinary roles by purpose: Function, Instance,
// Task, Service, Legacy, Continuous delivery, X for other accounts.
const pattern = "FITFLSFCITFXFITFSLIC"

// purposeProfiles returns the profiles among which a purpose's roles choose.
func purposeProfiles(purpose byte) []string {
	switch purpose {
	case 'F':
		return []string{"function-queue", "function-objects", "function-named", "function-tidy", "function-named"}
	case 'I':
		return []string{"instance-agent", "instance-agent", "instance-legacy"}
	case 'T':
		return []string{"task-secrets", "task-data"}
	case 'S':
		return []string{"glue-job", "inventory-reporter"}
	case 'C':
		return []string{"pipeline"}
	case 'X':
		return []string{"vendor"}
	}
	return []string{"legacy-wide", "legacy-not"}
}

// trustOf returns who assumes the roles of a profile: a service, or "oidc",
// "saml", "vendor", "management", "development", "provisioning", "account".
func trustOf(purpose byte, profile string) string {
	switch {
	case purpose == 'F':
		return "lambda.amazonaws.com"
	case purpose == 'I':
		return "ec2.amazonaws.com"
	case purpose == 'T':
		return "ecs-tasks.amazonaws.com"
	case profile == "glue-job":
		return "glue.amazonaws.com"
	case purpose == 'S':
		return "states.amazonaws.com"
	case purpose == 'C':
		return "oidc"
	case purpose == 'X':
		return "vendor"
	}
	return "account"
}

// role computes role number i of an account: first those that each account
// has, then the ordinary ones.
func (w *world) role(a *account, i int) *identity {
	fixed := a.fixedRoles()
	if i < len(fixed) {
		return w.fixedRole(a, i, fixed[i])
	}
	purpose := pattern[(i-len(fixed))%len(pattern)]
	x := &identity{acct: a, kind: kindRole, index: i, path: "/"}
	r := x.rand("")
	x.team = teams()[a.seed.Rank("role team", i, a.roles)%len(teams())]
	x.profile = w.profiles[draw.Pick(r, purposeProfiles(purpose))]
	x.trusted = trustOf(purpose, x.profile.name)
	x.name = w.words.Workload(a.seed, x.team, i) + "-role"
	nth, of := a.nth(i), a.count(purpose)
	x.active = a.seed.Quota("active"+string(purpose), nth, of, activeWorkloads)
	x.super = !x.profile.whole && a.seed.Quota("super", i-len(fixed), a.roles-len(fixed), w.opts.SuperShare)
	x.fresh = !x.active && purpose != 'F' && purpose != 'I' && r.IntN(25) == 0
	x.deniedOnly = !x.active && !x.fresh && !x.super && purpose != 'F' && purpose != 'I' && len(x.profile.refused) > 0 && r.IntN(20) == 0
	w.finishRole(x)
	return x
}

// finishRole sets what follows from a role's name, purpose and activity.
func (w *world) finishRole(x *identity) {
	r := x.rand("rest")
	x.id = draw.CloudID(r, "AROA", 17)
	x.arn = x.acct.iamARN("role" + x.path + x.name)
	w.age(x, r)
	if x.fresh {
		x.created, x.lastUsed = w.opts.Until.Add(-time.Duration(3+r.IntN(5))*24*time.Hour), time.Time{}
	}
	x.trust = x.trustDocument()
	w.attach(x, r)
	if x.serviceManaged {
		return
	}
	w.label(x, r)
	if !x.super && strings.HasPrefix(x.profile.name, "function") && r.IntN(3) == 0 {
		x.inline = append(x.inline, inlinePolicy{"parameters", x.fill(fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ssm:GetParametersByPath","ssm:GetParameterHistory"],"Resource":"arn:aws:ssm:REGION:ACCOUNT:parameter/ENV/%s/*"}]}`, x.name))})
	}
	if x.runtime() && !x.super && r.IntN(8) == 0 {
		x.boundary = x.acct.customARN("developer-boundary", "")
	}
}

// runtime reports whether a role is for programs at run time. What these do
// lies within the developers' boundary.
func (x *identity) runtime() bool {
	switch x.trusted {
	case "lambda.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "glue.amazonaws.com":
		return true
	}
	return false
}

// fixedRoles returns the names of the profiles of the roles that every
// organisation of this shape has.
func (a *account) fixedRoles() []string {
	fixed := []string{
		"AWSSupportServiceRolePolicy", "AWSTrustedAdvisorServiceRolePolicy", "AutoScalingServiceRolePolicy",
		"organization-audit", "sso-administrator", "sso-power-user", "sso-read-only", "sso-billing", "provisioner",
	}
	if a.production() {
		fixed = append(fixed, "emergency")
	}
	return fixed
}

func (w *world) fixedRole(a *account, i int, profile string) *identity {
	x := &identity{acct: a, kind: kindRole, index: i, path: "/", team: "platform", profile: w.profiles[profile]}
	set := strings.TrimPrefix(profile, "sso-")
	switch {
	case set != profile:
		x.path, x.trusted = "/aws-reserved/sso.amazonaws.com/eu-central-1/", "saml"
		x.name = "AWSReservedSSO_" + set + draw.HexID(x.rand("set"), "_", 16)
		x.active = set == "power-user" || set == "read-only"
		x.super = set == "administrator"
	case profile == "organization-audit":
		x.name, x.trusted, x.team, x.active = profile, "management", "security", true
	case profile == "provisioner":
		x.name, x.trusted, x.super = "legacy-provisioner", "provisioning", true
	case profile == "emergency":
		x.name, x.trusted = attackedRole, "development"
	default:
		w.serviceLinked(x, profile)
	}
	w.finishRole(x)
	if x.super { // Not by an inline policy: Identity Center attaches its own.
		x.inline, x.managed = nil, []string{w.managedARN("AdministratorAccess")}
	}
	return x
}

func (w *world) serviceLinked(x *identity, profile string) {
	service, name := "autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling"
	switch profile {
	case "AWSSupportServiceRolePolicy":
		service, name = "support.amazonaws.com", "AWSServiceRoleForSupport"
	case "AWSTrustedAdvisorServiceRolePolicy":
		service, name = "trustedadvisor.amazonaws.com", "AWSServiceRoleForTrustedAdvisor"
	}
	x.name, x.path, x.trusted = name, "/aws-service-role/"+service+"/", service
	x.serviceManaged, x.active = true, true
}

// trustDocument returns the role's trust policy.
func (x *identity) trustDocument() string {
	allow := func(principal, action, condition string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"` + action + `"` + condition + `}]}`
	}
	switch x.trusted {
	case "oidc":
		return allow(`{"Federated":"`+x.acct.iamARN("oidc-provider/token.actions.githubusercontent.com")+`"}`, "sts:AssumeRoleWithWebIdentity",
			`,"Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLike":{"token.actions.githubusercontent.com:sub":"repo:`+company+`/`+x.team+`-*:*"}}`)
	case "saml":
		return allow(`{"Federated":"`+x.acct.iamARN("saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE")+`"}`, "sts:AssumeRoleWithSAML",
			`,"Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}`)
	case "vendor":
		return allow(`{"AWS":"arn:aws:iam::`+vendorAccount+`:root"}`, "sts:AssumeRole",
			`,"Condition":{"StringEquals":{"sts:ExternalId":"`+draw.HexID(x.rand("external"), "", 12)+`"}}`)
	case "management":
		return allow(`{"AWS":"arn:aws:iam::`+managementAccount+`:root"}`, "sts:AssumeRole", "")
	case "development":
		return allow(`{"AWS":"arn:aws:iam::`+developmentAccount+`:root"}`, "sts:AssumeRole", "")
	case "provisioning":
		return allow(`{"Service":["ec2.amazonaws.com","glue.amazonaws.com","lambda.amazonaws.com"]}`, "sts:AssumeRole", "")
	case "account":
		return allow(`{"AWS":"`+x.acct.iamARN("root")+`"}`, "sts:AssumeRole", "")
	}
	return allow(`{"Service":"`+x.trusted+`"}`, "sts:AssumeRole", "")
}

// nth returns which one of its purpose ordinary role i is, from 0.
func (a *account) nth(i int) int {
	i -= len(a.fixedRoles())
	block, rest := i/len(pattern), i%len(pattern)
	purpose := string(pattern[rest])
	return block*strings.Count(pattern, purpose) + strings.Count(pattern[:rest], purpose)
}

// count returns how many ordinary roles have a purpose.
func (a *account) count(purpose byte) int {
	n := a.roles - len(a.fixedRoles())
	p := string(purpose)
	return n/len(pattern)*strings.Count(pattern, p) + strings.Count(pattern[:n%len(pattern)], p)
}

// roleOf returns the index of the k-th role of a purpose: the inverse of nth.
func (a *account) roleOf(purpose byte, k int) int {
	p := string(purpose)
	per := strings.Count(pattern, p)
	rest := k % per
	for pos := range len(pattern) {
		if pattern[pos] != purpose {
			continue
		}
		if rest == 0 {
			return len(a.fixedRoles()) + k/per*len(pattern) + pos
		}
		rest--
	}
	return -1
}
