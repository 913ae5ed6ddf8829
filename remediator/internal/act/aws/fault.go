package aws

import (
	"errors"

	"github.com/aws/smithy-go"
)

// permanent is an error that trying again will not cure.
type permanent struct{ error }

func (p permanent) Unwrap() error   { return p.error }
func (p permanent) Permanent() bool { return true }

// fault marks the errors of AWS that trying again will not cure: a missing
// permission, something that is not there, a limit, a request that AWS thinks
// is wrong. Throttling, AWS's own faults and the network are not among them.
func fault(err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorFault() == smithy.FaultServer {
		return err
	}
	switch api.ErrorCode() {
	case "AccessDenied", "AccessDeniedException", "NoSuchEntity", "LimitExceeded", "MalformedPolicyDocument",
		"InvalidInput", "ValidationError", "UnmodifiableEntity", "PolicyNotAttachable", "InvalidClientTokenId",
		"SignatureDoesNotMatch", "UnrecognizedClientException", "ExpiredToken":
		return permanent{err}
	}
	return err
}
