package aws

import "strings"

// arnPart returns a part of an ARN, one of partPartition to partResource, ""
// if it is not there. The resource is all that comes after the fifth colon.
func arnPart(arn string, part int) string {
	parts, ok := splitARN(arn)
	if !ok {
		return ""
	}
	return parts[part]
}

// splitARN cuts an ARN after "arn:" into its parts.
func splitARN(arn string) (parts [partCount]string, ok bool) {
	rest, ok := strings.CutPrefix(arn, "arn:")
	for i := range partResource {
		if !ok {
			return parts, false
		}
		parts[i], rest, ok = strings.Cut(rest, ":")
	}
	parts[partResource] = rest
	return parts, ok && rest != ""
}
