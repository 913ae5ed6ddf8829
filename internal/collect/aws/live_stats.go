package aws

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// Operation is one operation of the AWS APIs.
type Operation struct {
	Service string // As in IAM actions: "iam", "cloudtrail".
	Name    string // As the API calls it: "ListMFADevices".
}

func (o Operation) String() string { return o.Service + ":" + o.Name }

// Action returns the IAM action that allows the operation. It is the
// operation's own name but for batches of SQS and some of S3's:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
func (o Operation) Action() string {
	switch o.String() {
	case "s3:ListObjectsV2":
		return "s3:ListBucket"
	case "s3:ListBuckets":
		return "s3:ListAllMyBuckets"
	case "s3:GetBucketEncryption":
		return "s3:GetEncryptionConfiguration"
	case "s3:GetPublicAccessBlock":
		return "s3:GetBucketPublicAccessBlock"
	case "sqs:DeleteMessageBatch":
		return "sqs:DeleteMessage"
	case "sqs:ChangeMessageVisibilityBatch":
		return "sqs:ChangeMessageVisibility"
	case "s3control:GetPublicAccessBlock":
		return "s3:GetAccountPublicAccessBlock"
	}
	return o.String()
}

// servicePrefix turns a service id of the SDK ("Secrets Manager") into the
// prefix of the service's IAM actions. S3 Control keeps a name of its own, so
// that its operations are not mistaken for S3's.
func servicePrefix(id string) string {
	switch id {
	case "SSO Admin":
		return "sso"
	case "S3 Control":
		return "s3control"
	case "Secrets Manager":
		return "secretsmanager"
	}
	return strings.ToLower(id)
}

// OperationStats counts the requests of one operation since the collector was
// made.
type OperationStats struct {
	Operation
	Requests  uint64 // Sent, each try counts.
	Throttled uint64 // Of Requests, refused as too many.
	Errors    uint64 // Of Requests, failed for another reason.
}

// meter counts requests.
type meter struct {
	mu     sync.Mutex // Guards counts.
	counts map[Operation]*OperationStats
}

func (m *meter) count(call Operation, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.counts[call]
	if c == nil {
		c = &OperationStats{Operation: call}
		m.counts[call] = c
	}
	c.Requests++
	switch {
	case isThrottle(err):
		c.Throttled++
	case err != nil:
		c.Errors++
	}
}

func (m *meter) stats() []OperationStats {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([]OperationStats, 0, len(m.counts))
	for _, c := range m.counts {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b OperationStats) int { return cmp.Compare(a.String(), b.String()) })
	return all
}

// guard is the middleware around every try of a request: it waits for the rate
// limit, counts, and has credentials renewed that expired under way.
func guard(l *limits, m *meter, renew func()) middleware.FinalizeMiddleware {
	return middleware.FinalizeMiddlewareFunc("LeastwardGuard", func(
		ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
	) (middleware.FinalizeOutput, middleware.Metadata, error) {
		call := Operation{
			Service: servicePrefix(awsmiddleware.GetServiceID(ctx)),
			Name:    awsmiddleware.GetOperationName(ctx),
		}
		if err := l.wait(ctx, call, awsmiddleware.GetRegion(ctx)); err != nil {
			return middleware.FinalizeOutput{}, middleware.Metadata{}, err
		}
		out, metadata, err := next.HandleFinalize(ctx, in)
		m.count(call, err)
		if isExpired(err) {
			renew()
		}
		return out, metadata, err
	})
}
