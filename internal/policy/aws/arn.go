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
	if !ok {
		return parts, false
	}
	for i := range partResource {
		end := strings.IndexByte(rest, ':')
		if end < 0 {
			return parts, false
		}
		parts[i], rest = rest[:end], rest[end+1:]
	}
	parts[partResource] = rest
	return parts, rest != ""
}
