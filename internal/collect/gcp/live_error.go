package gcp

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// apiError is a refusal or failure that a service reports.
// https://cloud.google.com/apis/design/errors
type apiError struct {
	op         apiMethod
	status     int    // Of HTTP.
	code       string // "PERMISSION_DENIED", "" of older services.
	message    string
	reason     string // Machine readable: "SERVICE_DISABLED", "rateLimitExceeded".
	permission string // That is missing, where the service tells.
	api        string // That is not enabled: "cloudasset.googleapis.com".
	retryAfter time.Duration
}

func (e *apiError) Error() string {
	return fmt.Sprintf("%s: %s", strings.TrimSpace(fmt.Sprintf("%d %s", e.status, e.code)), e.message)
}

// newAPIError reads an answer that is none of success.
func newAPIError(op apiMethod, r *http.Response, body []byte) *apiError {
	e := &apiError{op: op, status: r.StatusCode, message: clip(string(body))}
	if s, err := strconv.Atoi(r.Header.Get("Retry-After")); err == nil && s > 0 {
		e.retryAfter = time.Duration(s) * time.Second
	}
	var v any
	if unmarshal(body, &v) != nil {
		return e
	}
	about := asObject(v).object("error")
	if text := asObject(v).text("error"); text != "" { // Of the token service.
		e.code, e.message = text, asObject(v).text("error_description")
	}
	if about == nil {
		return e
	}
	e.code, e.message = about.text("status"), about.text("message")
	for _, d := range about.objects("errors") { // Older services.
		e.reason = d.text("reason")
	}
	for _, d := range about.objects("details") {
		if reason := d.text("reason"); reason != "" {
			meta := d.object("metadata")
			e.reason, e.permission, e.api = reason, meta.text("permission"), meta.text("service")
		}
		if d.text("retryDelay") != "" {
			e.retryAfter, _ = time.ParseDuration(d.text("retryDelay"))
		}
	}
	return e
}

func asAPIError(err error) *apiError {
	e, _ := errors.AsType[*apiError](err)
	return e
}

// isThrottle reports whether a quota is used up for the moment. Older services
// report that as a refusal, with one of several reasons.
// https://developers.google.com/workspace/admin/directory/v1/limits
func isThrottle(err error) bool {
	e := asAPIError(err)
	return e != nil && (e.status == http.StatusTooManyRequests || e.status == http.StatusForbidden &&
		slices.Contains([]string{"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED"}, e.reason))
}

// isDisabled reports whether an API is not enabled.
// https://cloud.google.com/apis/design/errors#error_info
func isDisabled(err error) bool {
	e := asAPIError(err)
	return e != nil && (e.reason == "SERVICE_DISABLED" || e.reason == "accessNotConfigured")
}

// isRefused reports whether a permission is missing.
func isRefused(err error) bool {
	e := asAPIError(err)
	return e != nil && e.status == http.StatusForbidden && !isThrottle(err) && !isDisabled(err)
}

// isUnauthenticated reports whether the credentials themselves are refused, by
// the service or by the one that gives tokens.
func isUnauthenticated(err error) bool {
	e := asAPIError(err)
	return errors.Is(err, errCredentials) || e != nil && e.status == http.StatusUnauthorized
}

func isNotFound(err error) bool {
	e := asAPIError(err)
	return e != nil && (e.status == http.StatusNotFound || e.status == http.StatusGone)
}

// isPassing reports whether a failure may be none the next time.
func isPassing(err error) bool {
	if e := asAPIError(err); e != nil {
		return isThrottle(err) || e.status == http.StatusRequestTimeout || e.status >= http.StatusInternalServerError && e.status != http.StatusNotImplemented
	}
	return errors.Is(err, errMalformed) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errTransport)
}

// What went wrong without an answer of the service: an answer that is not what
// the API writes, none at all, and that there was no token to ask with.
var (
	errMalformed   = errors.New("the answer is no JSON object")
	errTransport   = errors.New("the service did not answer")
	errCredentials = errors.New("the credentials give no token")
)
