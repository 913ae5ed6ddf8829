package azure

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
)

// phase is where in an operation a record of the Activity Log stands.
type phase uint8

const (
	ended phase = iota
	begun       // Another record tells how it ends.
	failed
)

// phaseOf reads the status of a record: resultType, status.value and
// ActivityStatusValue, in the spellings of each. A record without one has ended.
// https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema
func phaseOf(status string) phase {
	switch strings.ToLower(status) {
	case "start", "started", "accept", "accepted", "begin", "inprogress", "in progress", "running", "pending":
		return begun
	case "fail", "failed", "failure", "error", "canceled", "cancelled", "timeout", "clienterror", "servererror", "timedout":
		return failed
	}
	return ended
}

// codeOf picks the code of an error out of a sub-status, as "Forbidden" out of
// "Failed.Forbidden" and "Forbidden (HTTP Status Code: 403)".
func codeOf(subStatus string) string {
	code, _, _ := strings.Cut(subStatus, " (")
	return strings.Trim(code[strings.LastIndexByte(code, '.')+1:], " .")
}

// refusals are the codes of calls that were refused for want of permission or
// for their credentials.
// https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
func refusals() []string {
	return []string{
		"authorizationfailed", "linkedauthorizationfailed", "forbidden", "unauthorized", "accessdenied", "authorizationfailure",
		"authorizationpermissionmismatch", "authorizationprotocolmismatch", "authorizationsourceipmismatch", "authenticationfailed",
		"insufficientaccountpermissions", "invalidauthenticationtoken", "invalidauthenticationtokentenant", "expiredauthenticationtoken",
		"forbiddenbyrbac", "forbiddenbypolicy", "forbiddenbyfirewall", "forbiddenbyconnection", "roleassignmentforbidden",
		"unauthorizedblobaccess", "noauthenticationinformation", "403", "401", "authorization_requestdenied",
		"denyassignmentauthorizationfailed", "accessdeniedexception", "saserrorauthorizationerror", "authorizationerror",
	}
}

// outcomeOf tells how a call that failed with one of these codes ended: the
// first that says anything decides. A refusal by Azure Policy is none for want
// of permission, although its status is 403.
func outcomeOf(codes ...string) (outcome auditlog.Outcome, code string) {
	for _, c := range codes {
		if c == "" {
			continue
		}
		if code == "" {
			code = c
		}
		if strings.EqualFold(c, "RequestDisallowedByPolicy") || strings.EqualFold(c, "RequestDisallowedByAzure") {
			return auditlog.Error, c
		}
		if slices.Contains(refusals(), strings.ToLower(c)) {
			return auditlog.AuthorizationFailure, code
		}
	}
	return auditlog.Error, code
}

// isInterrupt knows the results of sign-ins that are a step of them: a second
// factor is asked for, a page shown.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
func isInterrupt(code string) bool {
	switch code {
	case "16000", "50058", "50072", "50074", "50076", "50079", "50097", "50125", "50127", "50129", "50140", "50143", "51006", "65001":
		return true
	}
	return false
}
