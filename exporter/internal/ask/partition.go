package ask

import (
	"fmt"
	"strings"

	policy "github.com/leastward/leastward/internal/policy/aws"
)

// across fails where the resource is of another partition than who calls: no
// credentials of one are known to another, so that no policy decides. See
// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html.
func across(r *policy.Request) error {
	caller, resource := partitionOf(r.Principal), partitionOf(r.Resource)
	if caller == resource || caller == "" || resource == "" {
		return nil
	}
	return fmt.Errorf("%s is of the partition %s, %s of %s; nobody of one partition reaches into another", r.Resource, resource, r.Principal, caller)
}

// partitionOf returns the partition in an ARN, "" if it has none.
func partitionOf(arn string) string {
	rest, ok := strings.CutPrefix(arn, "arn:")
	if !ok {
		return ""
	}
	partition, _, _ := strings.Cut(rest, ":")
	return partition
}
