package aws

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// credentialsError tells that there are no credentials to call with.
type credentialsError struct {
	role bool // They were to come from assuming the role.
	err  error
}

func (c *credentialsError) Error() string { return c.err.Error() }
func (c *credentialsError) Unwrap() error { return c.err }

// told is a provider of credentials whose errors are [credentialsError]s.
type told struct {
	aws.CredentialsProvider
	role bool
}

// Retrieve returns the credentials.
func (t told) Retrieve(ctx context.Context) (aws.Credentials, error) {
	c, err := t.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return aws.Credentials{}, &credentialsError{role: t.role, err: err}
	}
	return c, nil
}

// credentialsRemedy says what to do about missing credentials: about those of
// the environment where the role could not even be asked for.
func (a *Account) credentialsRemedy(c *credentialsError) string {
	const give = "give the remediator credentials: in its environment variables, in AWS's shared files, or as the role of its machine; " +
		"a dry run can do without, from an exported file (authorization_details)"
	switch {
	case !c.role || errors.As(c.err, new(*credentialsError)):
		return give
	case denied(c):
		return "let the remediator's own identity assume " + a.RoleARN + ": allow it sts:AssumeRole, name it in the role's trust policy, " +
			"and give external_id if that asks for one"
	case rejected(c):
		return "renew the credentials of the remediator's environment, with which it assumes " + a.RoleARN
	}
	return "make sure that " + a.RoleARN + " can be assumed; this is tried again"
}
