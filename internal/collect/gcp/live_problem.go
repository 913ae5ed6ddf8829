package gcp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// The codes of the problems that a live collection reports. The first is that of
// Entra Permissions Management's collector, the rest follow its style.
const (
	CodeMinPermission    = "ERROR_GCP_PROJECT_MIN_PERMISSION"
	CodeAssets           = "GCP_ASSET_INVENTORY_COLLECTION_ERROR"
	CodeOrgPolicies      = "GCP_ORG_POLICY_COLLECTION_ERROR"
	CodeHierarchy        = "GCP_HIERARCHY_COLLECTION_ERROR"
	CodePoliciesAbove    = "GCP_IAM_POLICY_COLLECTION_ERROR"
	CodeDenyPolicies     = "GCP_DENY_POLICY_COLLECTION_ERROR"
	CodeAccessBoundaries = "GCP_ACCESS_BOUNDARY_COLLECTION_ERROR"
	CodeRoles            = "GCP_ROLE_COLLECTION_ERROR"
	CodeServiceAccounts  = "GCP_SERVICE_ACCOUNT_COLLECTION_ERROR"
	CodeKeys             = "GCP_SERVICE_ACCOUNT_KEY_COLLECTION_ERROR"
	CodeActivity         = "GCP_SERVICE_ACCOUNT_ACTIVITY_COLLECTION_ERROR"
	CodeGroups           = "GCP_GROUP_COLLECTION_ERROR"
	CodeDirectory        = "GCP_DIRECTORY_COLLECTION_ERROR"
	CodeLogging          = "GCP_LOGGING_COLLECTION_ERROR"
	CodeLogBucket        = "GCP_LOG_BUCKET_COLLECTION_ERROR"
	CodeLogSubscription  = "GCP_LOG_SUBSCRIPTION_COLLECTION_ERROR"
)

// problem describes a failed read of subject. What the failure means for the
// reader's figures stands in effect.
func problem(code, subject, effect string, err error) entitlement.Problem {
	p := entitlement.Problem{Code: code, Subject: subject}
	e := asAPIError(err)
	switch {
	case isThrottle(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errOutOfTime):
		p.Message = effect + ". The collection ran out of time, which quotas may cause: allow it more time or raise the interval"
	case isDisabled(err):
		api := cmp.Or(e.api, e.op.service()+".googleapis.com")
		p.Message = fmt.Sprintf("%s. The API %s is not enabled: gcloud services enable %s --project=… in the project whose quotas "+
			"the credentials use; the refusal: %s", effect, api, api, e)
	case isRefused(err):
		p.Permission = cmp.Or(e.permission, strings.Join(e.op.permissions(), " and "))
		p.Message = fmt.Sprintf("%s. Allow the collecting account %s (docs/permissions-gcp.md); the refusal: %s",
			effect, cmp.Or(p.Permission, workspaceRole(e.op)), e)
	case isUnauthenticated(err):
		p.Message = fmt.Sprintf("%s. The credentials are refused, expired or revoked: renew them, or allow the impersonation; the refusal: %s", effect, reason(err))
	default:
		p.Message = fmt.Sprintf("%s. The next collection tries again; the failure: %s", effect, reason(err))
	}
	return p
}

// workspaceRole names what an administrator of the directory has to give.
func workspaceRole(op apiMethod) string {
	switch op.service() {
	case "cloudidentity":
		return "to read groups: give it the administrator's role Groups Reader"
	case "admin":
		return "to read users and domains: give it an administrator's role that has these, or domain-wide delegation for " +
			userScope + " and " + domainScope
	}
	return "it"
}

// reason is what failed, without addresses that differ from time to time.
func reason(err error) string {
	if e := asAPIError(err); e != nil {
		return e.Error()
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err.Error()
	}
	return err.Error()
}

// failure is one read that failed.
type failure struct {
	code    string
	project string // "projects/p" of which it is, as written; "" is no single one.
	subject string
	effect  string
	err     error
}

// key brings together failures that are of the same kind.
func (f *failure) key() string {
	kind := "other"
	switch {
	case isDisabled(f.err):
		kind = "disabled"
	case isRefused(f.err):
		kind = "refused " + asAPIError(f.err).permission
	case isUnauthenticated(f.err):
		kind = "unauthenticated"
	}
	return strings.Join([]string{f.code, f.project, f.effect, kind}, "\x00")
}

// summary makes one problem of failures of the same kind, so that a thousand
// refused groups make one and not a thousand.
func summary(list []failure) map[string][]entitlement.Problem {
	byKey, count := map[string]failure{}, map[string]int{}
	for _, f := range list {
		k := f.key()
		if first, ok := byKey[k]; !ok || f.subject < first.subject {
			byKey[k] = f
		}
		count[k]++
	}
	byProject := map[string][]entitlement.Problem{}
	for k, f := range byKey {
		effect := f.effect
		if n := count[k]; n > 1 {
			effect = fmt.Sprintf("%s (%d of these, %s the first)", effect, n, f.subject)
		}
		byProject[f.project] = append(byProject[f.project], problem(f.code, f.subject, effect, f.err))
	}
	for _, problems := range byProject {
		slices.SortFunc(problems, func(a, b entitlement.Problem) int {
			return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Message, b.Message))
		})
	}
	return byProject
}
