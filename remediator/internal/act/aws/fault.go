package aws

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"
)

// permanent is an error that trying again will not cure.
type permanent struct{ error }

func (p permanent) Unwrap() error   { return p.error }
func (p permanent) Permanent() bool { return true }

// remedied is an error with what a person can do about it.
type remedied struct {
	error
	remedy string
}

func (r remedied) Unwrap() error { return r.error }

// Remedy says what a person can do.
func (r remedied) Remedy() string { return r.remedy }

// readFault prepares an error of a reading call for whoever decides on it. A
// permission or credentials that are missing are no reason to give up: nothing
// was changed, and a person can mend that while the call is tried again.
func (a *Account) readFault(err error) error {
	if err == nil || code(err) == "" || a.barred(err) {
		return a.explain(err)
	}
	return lasting(err)
}

// writeFault is [Account.readFault] for a writing call, where a missing
// permission ends the run: it may be halfway through.
func (a *Account) writeFault(err error) error {
	if code(err) != "" && a.barred(err) {
		return a.explain(permanent{err})
	}
	return lasting(a.explain(err))
}

// code returns AWS's code of an error that is the request's own fault; "" for
// those of AWS and of the network.
func code(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorFault() == smithy.FaultServer {
		return ""
	}
	return api.ErrorCode()
}

// lasting marks what trying again will not cure: something that is not there, a
// limit, a request that AWS thinks is wrong. Throttling, AWS's own faults and
// the network are not among them.
func lasting(err error) error {
	switch code(err) {
	case "NoSuchEntity", "LimitExceeded", "MalformedPolicyDocument", "InvalidInput", "ValidationError",
		"UnmodifiableEntity", "PolicyNotAttachable":
		return permanent{err}
	}
	return err
}

// barred reports whether AWS does not let us in, or not do this.
func (a *Account) barred(err error) bool { return denied(err) || rejected(err) }

func denied(err error) bool {
	c := code(err)
	return c == "AccessDenied" || c == "AccessDeniedException" || c == "UnauthorizedOperation"
}

func rejected(err error) bool {
	switch code(err) {
	case "InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException":
		return true
	}
	return false
}

// explain adds the remedy to an error that a person can mend. The credentials
// come first: they fail within the call that needs them.
func (a *Account) explain(err error) error {
	if missing, ok := errors.AsType[*credentialsError](err); ok {
		return remedied{err, a.credentialsRemedy(missing)}
	}
	var call *smithy.OperationError
	switch {
	case rejected(err):
		return remedied{err, "renew the credentials of " + a.principal()}
	case denied(err) && errors.As(err, &call):
		return remedied{err, fmt.Sprintf("allow %s the action %s; docs/policies/remediator-aws-write.json lists all that are needed",
			a.principal(), action(call))}
	}
	return err
}

func action(call *smithy.OperationError) string {
	if call.Service() == "STS" {
		return "sts:" + call.Operation()
	}
	return "iam:" + call.Operation()
}

// principal is whom permissions must be given to.
func (a *Account) principal() string {
	if a.RoleARN != "" {
		return a.RoleARN
	}
	return "the identity of the remediator's environment"
}
