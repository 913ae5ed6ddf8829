package gcp

import (
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// outcome fills in how a call ended. Refusals are those for want of permission
// and those of the credentials themselves; everything else that failed had been
// allowed.
func (n *normaliser) outcome(ev *auditlog.Event, status []byte) {
	code := int64(0)
	jsonscan.Members(status, func(key, v []byte) {
		switch string(key) {
		case "code":
			code = number(v)
		case "message":
			ev.ErrorText = jsonscan.TextOf(v).String()
		}
	})
	ev.ErrorCode = statusName(code)
	switch {
	case code == 0 && strings.HasSuffix(ev.Name, "LoginService.loginFailure"): // Its status says nothing.
		ev.Outcome = auditlog.AuthorizationFailure
	case code == 0:
		ev.Outcome, ev.ErrorText = auditlog.Success, ""
	case code == 7 || code == 16 || code == 401 || code == 403:
		ev.Outcome = auditlog.AuthorizationFailure
	default:
		ev.Outcome = auditlog.Error
	}
}

// statusName writes a code of a google.rpc.Status by its name; some services
// write the status of HTTP.
// https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
func statusName(code int64) string {
	names := [...]string{
		"", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
		"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
		"INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
	}
	if code < int64(len(names)) {
		return names[code]
	}
	return strconv.FormatInt(code, 10)
}
