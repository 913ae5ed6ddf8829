package usage

import (
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// KeyUse is the last use of an access key.
type KeyUse struct {
	Last     time.Time
	Identity entitlement.IdentityID // Who used it then, as recorded.
}

type keyUse struct {
	last uint32
	id   entitlement.IdentityID
}

// Key returns the last use of a long-lived access key and whether one is known.
// Like AWS's own record it counts every request that the key signed, refused
// ones too, but none that its signature failed.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
func (x *Index) Key(id entitlement.AccessKeyID) (KeyUse, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	k, ok := x.state.keys[id]
	return KeyUse{Last: instant(k.last), Identity: k.id}, ok
}

// useKey leaves out temporary keys, which begin with ASIA and are as many as
// there are sessions.
func (s *state) useKey(ev *auditlog.Event) {
	if ev.AccessKey == "" || strings.HasPrefix(string(ev.AccessKey), "ASIA") || unauthenticated(ev) {
		return
	}
	at, k := seconds(ev.Time), s.keys[ev.AccessKey]
	if at > k.last || at == k.last && ev.Identity > k.id {
		key := entitlement.AccessKeyID(strings.Clone(string(ev.AccessKey))) // It may be part of a longer string.
		s.keys[key] = keyUse{last: at, id: ev.Identity}
	}
}

// unauthenticated reports whether a call failed for its credentials.
func unauthenticated(ev *auditlog.Event) bool {
	if ev.Outcome != auditlog.AuthorizationFailure {
		return false
	}
	if ev.Cloud == entitlement.Azure {
		return unauthenticatedAzure(ev.ErrorCode)
	}
	for _, code := range []string{
		"InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSignature",
		"IncompleteSignature", "UnrecognizedClient", "MissingAuthenticationToken", "AuthFailure",
		"ExpiredToken", "InvalidToken", "RequestExpired", "RequestTimeTooSkewed", "TokenRefreshRequired",
	} {
		if strings.Contains(ev.ErrorCode, code) {
			return true
		}
	}
	return false
}

// unauthenticatedAzure knows the codes of Entra sign-ins that failed for the
// credential of an application: a wrong or expired secret, a signature that does
// not match, an expired or unknown certificate.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
func unauthenticatedAzure(code string) bool {
	switch strings.TrimPrefix(code, "AADSTS") {
	case "7000215", "7000222", "700027", "700024", "7000214":
		return true
	}
	return false
}
