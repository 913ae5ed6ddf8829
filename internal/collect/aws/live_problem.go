package aws

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/aws/smithy-go"

	"github.com/leastward/leastward/internal/entitlement"
)

// The codes of the problems that a live collection reports. The first four are
// those of Entra Permissions Management's collector, the rest follow its style.
const (
	CodeAccessAdvisor      = "AWS_ACCESSADVISOR_COLLECTION_ERROR"
	CodeCloudTrailDisabled = "AWS_CLOUDTRAIL_DISABLED"
	CodeCloudTrailBucket   = "AWS_CLOUDTRAIL_S3_ACCESS_DENIED"
	CodeServiceControl     = "AWS_SYSTEM_ROLE_POLICIES_COLLECTION_ERROR"
	CodeAccountAlias       = "AWS_ACCOUNT_ALIAS_COLLECTION_ERROR"
	CodeCredentialReport   = "AWS_CREDENTIAL_REPORT_COLLECTION_ERROR"
	CodeAccessKeys         = "AWS_ACCESS_KEY_COLLECTION_ERROR"
	CodeMFADevices         = "AWS_MFA_COLLECTION_ERROR"
	CodeFunctions          = "AWS_LAMBDA_COLLECTION_ERROR"
	CodeInstances          = "AWS_EC2_COLLECTION_ERROR"
	CodeBuckets            = "AWS_S3_COLLECTION_ERROR"
	CodeKeys               = "AWS_KMS_COLLECTION_ERROR"
	CodeQueues             = "AWS_SQS_COLLECTION_ERROR"
	CodeSecrets            = "AWS_SECRETSMANAGER_COLLECTION_ERROR"
	CodeTopics             = "AWS_SNS_COLLECTION_ERROR"
	CodeResourceControl    = "AWS_RESOURCE_CONTROL_POLICIES_COLLECTION_ERROR"
	CodeIdentityCenter     = "AWS_IDENTITY_CENTER_COLLECTION_ERROR"
	CodeCloudTrail         = "AWS_CLOUDTRAIL_COLLECTION_ERROR"
	CodeCloudTrailPartial  = "AWS_CLOUDTRAIL_PARTIAL"
	CodeTrailQueue         = "AWS_CLOUDTRAIL_SQS_COLLECTION_ERROR"
	CodeCloudTrailRejected = "AWS_CLOUDTRAIL_RECORD_REJECTED"
)

// problem describes a failed read of subject. What the failure means for the
// reader's figures stands in effect.
func problem(code, subject, effect string, err error) entitlement.Problem {
	p := entitlement.Problem{Code: code, Subject: subject}
	switch {
	case isRefused(err):
		p.Permission = missingPermission(err)
		p.Message = fmt.Sprintf("%s. Allow the collecting role %s (docs/permissions-aws.md); the refusal: %s", effect, p.Permission, reason(err))
	case isExpired(err):
		p.Message = fmt.Sprintf("%s. The credentials are expired or revoked: renew them or let the role be assumed; the refusal: %s", effect, reason(err))
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errOutOfTime):
		p.Message = effect + ". The collection ran out of time, which throttling may cause: allow it more time or raise the interval"
	default:
		p.Message = fmt.Sprintf("%s. The next collection tries again; the failure: %s", effect, reason(err))
	}
	return p
}

// reason is what the service itself said, without the SDK's account of tries
// and request ids, so that the same problem reads the same every time.
func reason(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode() + ": " + api.ErrorMessage()
	}
	return err.Error()
}

func errorCode(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

func isRefused(err error) bool {
	return slices.Contains([]string{
		"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError",
	}, errorCode(err))
}

func isExpired(err error) bool {
	return slices.Contains([]string{
		"ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId", "UnrecognizedClientException",
	}, errorCode(err))
}

func isNotFound(err error) bool {
	return slices.Contains([]string{"NoSuchEntity", "NoSuchKey"}, errorCode(err))
}

// missingPermission names the refused action: as the service's message does,
// which may be another than the call's own (kms:Decrypt), or else the call's.
func missingPermission(err error) string {
	named := regexp.MustCompile(`not authorized to perform:? ([a-z0-9-]+:[A-Za-z0-9]+)`)
	if m := named.FindStringSubmatch(err.Error()); m != nil {
		return m[1]
	}
	if op, ok := errors.AsType[*smithy.OperationError](err); ok {
		return Operation{servicePrefix(op.Service()), op.Operation()}.Action()
	}
	return ""
}
