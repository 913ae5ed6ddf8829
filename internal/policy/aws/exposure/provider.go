package exposure

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// provided is the entry of those for whom an identity provider vouches.
func provided(t *trust, provider string) []entitlement.ExternalAccess {
	var out []entitlement.ExternalAccess
	for _, w := range []entrance{bySAML, byWeb} {
		if (w == bySAML) != strings.Contains(provider, ":saml-provider/") {
			continue
		}
		v := &visitor{provider: provider}
		is, keys := t.admits(v, w)
		if is == condition.No {
			continue
		}
		out = append(out, entitlement.ExternalAccess{
			From: provider, Role: t.role.ID, Method: entitlement.AccessDirect,
			TrustsAll: w == byWeb && t.anyToken(v), Conditional: is == condition.Maybe, Keys: keys,
		})
	}
	return out
}

// anyToken reports whether any token of an OIDC provider opens the role: an
// Allow does not fix who its bearer is, and no Deny does.
func (t *trust) anyToken(v *visitor) bool {
	issuer := issuerOf(v.provider)
	open := false
	for i := range t.rules {
		r := &t.rules[i]
		switch {
		case !r.ways[byWeb] || !r.about(v) || r.when.Eval(v) == condition.No:
		case r.deny && len(r.raw) == 1 && fixes(&r.raw[0], issuer, true):
			return false
		case !r.deny:
			fixed := slices.ContainsFunc(r.raw, func(c aws.Condition) bool { return fixes(&c, issuer, false) })
			open = open || !fixed || guests(r.raw, issuer)
		}
	}
	return open
}

// issuerOf returns the issuer of an OIDC provider's ARN or name, without
// "https://".
func issuerOf(provider string) string {
	if rest, ok := strings.CutPrefix(partOf(provider, resourcePart), "oidc-provider/"); ok {
		return strings.ToLower(rest)
	}
	return strings.ToLower(provider)
}

// guests reports whether a Cognito identity pool's guests, which are anybody,
// get in. See
// https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html.
func guests(when []aws.Condition, issuer string) bool {
	return slices.ContainsFunc(when, func(c aws.Condition) bool {
		op := operatorOf(c.Operator)
		return strings.EqualFold(c.Key, issuer+":amr") && op.compares() && !op.negated && slices.Contains(c.Values, "unauthenticated")
	})
}

// fixes reports whether a test holds only for tokens of certain bearers. Of a
// Deny, whose test is negated, it reports whether only they are spared.
func fixes(c *aws.Condition, issuer string, negated bool) bool {
	op, key := operatorOf(c.Operator), strings.ToLower(c.Key)
	if !op.compares() || op.negated != negated || op.forAll && !negated || op.forAny && negated || len(c.Values) == 0 {
		return false
	}
	claim, ok := strings.CutPrefix(key, issuer+":")
	telling := claims(issuer)
	switch {
	case !ok:
		return slices.Contains(telling, key) && !slices.ContainsFunc(c.Values, wild)
	case op.ifExists && !negated && claim != "sub" && claim != "aud": // Which every token has.
		return false
	case telling != nil && !slices.Contains(telling, claim):
		return false
	}
	return !slices.ContainsFunc(c.Values, loose)
}

// loose reports whether a value of a claim matches bearers of several owners:
// it has a wildcard before the end of the part that names the owner, as
// "repo:my-org*" has and "repo:my-org/*" has not.
func loose(value string) bool {
	if !wild(value) {
		return value == ""
	}
	literal := value[:strings.IndexAny(value, "*?$")]
	if rest, ok := strings.CutPrefix(literal, "system:serviceaccount:"); ok {
		literal = rest
	} else if _, rest, ok := strings.Cut(literal, ":"); ok {
		literal = rest
	}
	return strings.IndexAny(literal, "/:") < 1
}

// claims returns the claims that tell apart the customers of an OIDC issuer
// that many share, or the workloads of a cluster; nil for others, whose every
// claim does, as the issuer is one customer's own. An audience tells nothing
// where everybody may ask for it. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html.
func claims(issuer string) []string {
	switch issuer {
	case "token.actions.githubusercontent.com":
		return []string{"sub", "enterprise", "enterprise_id", "job_workflow_ref", "repository", "repository_id", "repository_owner", "repository_owner_id"}
	case "gitlab.com":
		return []string{"sub", "namespace_id", "namespace_path", "project_id", "project_path"}
	case "accounts.google.com":
		return []string{"aud", "email", "oaud", "sub"}
	case "cognito-identity.amazonaws.com", "api.pulumi.com/oidc", "oidc.vercel.com", "sandboxes.cloud":
		return []string{"aud", "sub"}
	case "www.amazon.com":
		return []string{"app_id", "user_id"}
	case "graph.facebook.com":
		return []string{"app_id", "id"}
	case "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d": // Microsoft Sentinel.
		return []string{"sub", "sts:rolesessionname"}
	case "vstoken.actions.githubusercontent.com", "oidc-configuration.audit-log.githubusercontent.com", "agent.buildkite.com",
		"oidc.codefresh.io", "studio.datachain.ai/api", "app.terraform.io", "scalr.io", "tokens.cloud.shisho.dev", "proidc.upbound.io":
		return []string{"sub"}
	}
	if strings.HasPrefix(issuer, "oidc.eks.") { // All pods of a cluster have one audience.
		return []string{"sub"}
	}
	return nil
}
