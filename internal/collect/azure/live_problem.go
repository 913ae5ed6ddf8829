package azure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/leastward/leastward/internal/entitlement"
)

// The codes of the problems that a live collection reports.
const (
	CodeHierarchy       = "AZURE_MANAGEMENT_GROUP_COLLECTION_ERROR"
	CodeRoles           = "AZURE_ROLE_DEFINITION_COLLECTION_ERROR"
	CodeDenials         = "AZURE_DENY_ASSIGNMENT_COLLECTION_ERROR"
	CodeClassic         = "AZURE_CLASSIC_ADMINISTRATOR_COLLECTION_ERROR"
	CodePIM             = "AZURE_PIM_COLLECTION_ERROR"
	CodeResources       = "AZURE_RESOURCE_COLLECTION_ERROR"
	CodeContainers      = "AZURE_BLOB_CONTAINER_COLLECTION_ERROR"
	CodeOperations      = "AZURE_OPERATION_COLLECTION_ERROR"
	CodeUsers           = "AZURE_USER_COLLECTION_ERROR"
	CodeSignIns         = "AZURE_SIGN_IN_ACTIVITY_COLLECTION_ERROR"
	CodeMFA             = "AZURE_MFA_COLLECTION_ERROR"
	CodeGroups          = "AZURE_GROUP_COLLECTION_ERROR"
	CodeApplications    = "AZURE_APPLICATION_COLLECTION_ERROR"
	CodeActivityLog     = "AZURE_ACTIVITY_LOG_COLLECTION_ERROR"
	CodeDirectoryLogs   = "AZURE_ENTRA_LOG_COLLECTION_ERROR"
	CodeExport          = "AZURE_LOG_STORAGE_COLLECTION_ERROR"
	CodeExportPartial   = "AZURE_LOG_STORAGE_PARTIAL"
	CodeEventHub        = "AZURE_EVENTHUBS_COLLECTION_ERROR"
	CodeEventHubPartial = "AZURE_EVENTHUBS_PARTIAL"
)

// errNotSeen is that of a subscription that is wanted and not among those that
// can be read.
var errNotSeen = errors.New("it is not among the active subscriptions that the credentials see; " +
	"assign the collecting role on it or above it (docs/permissions-azure.md), or correct its id")

// problem describes a failed read.
func (f *failure) problem() entitlement.Problem {
	effect := f.effect
	if f.count > 1 {
		effect += fmt.Sprintf(" (%d times)", f.count)
	}
	return problemOf(f.code, f.op.String()+of(f.system), f.permission, effect, f.err)
}

func problemOf(code, subject, permission, effect string, err error) entitlement.Problem {
	p := entitlement.Problem{Code: code, Subject: subject}
	switch {
	case isRefused(err):
		p.Permission = permission
		p.Message = fmt.Sprintf("%s. Allow the collecting application %s (docs/permissions-azure.md); the refusal: %s", effect, permission, reason(err))
	case isExpired(err):
		p.Message = fmt.Sprintf("%s. The credentials are expired or revoked: renew them; the refusal: %s", effect, reason(err))
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errOutOfTime):
		p.Message = effect + ". The collection ran out of time, which throttling may cause: allow it more time or raise the interval"
	default:
		p.Message = fmt.Sprintf("%s. The next collection tries again; the failure: %s", effect, reason(err))
	}
	return p
}

// reason is what the service itself said, without request ids, so that the same
// problem reads the same every time.
func reason(err error) string {
	resp, ok := errors.AsType[*azcore.ResponseError](err)
	if !ok {
		return strings.Join(strings.Fields(err.Error()), " ")
	}
	if resp.ErrorCode == "" {
		return fmt.Sprintf("HTTP status %d", resp.StatusCode)
	}
	return fmt.Sprintf("%s (HTTP status %d)", resp.ErrorCode, resp.StatusCode)
}

// statusOf returns the HTTP status of an error, 0 if it has none.
func statusOf(err error) int {
	if resp, ok := errors.AsType[*azcore.ResponseError](err); ok {
		return resp.StatusCode
	}
	return 0
}

func errorCode(err error) string {
	if resp, ok := errors.AsType[*azcore.ResponseError](err); ok {
		return resp.ErrorCode
	}
	return ""
}

func isRefused(err error) bool { return statusOf(err) == http.StatusForbidden }

// isExpired tells that nobody was signed in.
func isExpired(err error) bool {
	_, ok := errors.AsType[*azidentity.AuthenticationFailedError](err)
	return ok || statusOf(err) == http.StatusUnauthorized
}

func isNotFound(err error) bool { return statusOf(err) == http.StatusNotFound }
