package aws

import (
	"bytes"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
)

// callOutcome tells how a call ended. Refusals are those for want of permission and
// those of the credentials themselves; everything else that failed had been
// allowed: throttled, not found, malformed, and a dry run (its code says that
// the call would have succeeded).
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
func callOutcome(code string) auditlog.Outcome {
	switch {
	case code == "":
		return auditlog.Success
	case isRefusal(code):
		return auditlog.AuthorizationFailure
	}
	return auditlog.Error
}

// isRefusal knows the error codes of refused calls. Services prefix and suffix
// them at will: "Client.UnauthorizedOperation", "AccessDeniedException",
// "S3.AccessDenied", "kms:AccessDeniedException".
func isRefusal(code string) bool {
	for _, part := range []string{
		"AccessDenied", "Unauthorized", "NotAuthorized", "AuthorizationError",
		"AuthorizationFailure", "SignatureDoesNotMatch", "ExpiredToken",
		"InvalidClientTokenId", "InvalidAccessKeyId", "UnrecognizedClient",
		"MissingAuthenticationToken", "IncompleteSignature", "InvalidSignature",
		"TokenRefreshRequired", "RequestTimeTooSkewed",
	} {
		if strings.Contains(code, part) {
			return true
		}
	}
	switch strings.TrimSuffix(strings.TrimPrefix(code, "Client."), "Exception") {
	case "AuthFailure", "Forbidden", "RequestExpired", "InvalidToken", "InvalidSecurity", "NotSignedIn":
		return true
	}
	return false
}

// failedSignIn reports whether a sign-in failed, which CloudTrail tells in the
// response and not with an error code.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
func (r *ctRecord) failedSignIn() bool {
	return string(r.eventType) == "AwsConsoleSignIn" && bytes.Contains(r.response, []byte(`"Failure"`))
}
