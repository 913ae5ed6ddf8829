package trace

import (
	"strings"
	"unicode"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// pathless leaves the path out of the ARN of a user or role: parameters of calls
// and sign-in events lack it.
func pathless(arn string) string {
	for _, kind := range []string{":user/", ":role/"} {
		if head, rest, ok := strings.Cut(arn, kind); ok && strings.Contains(head, ":iam:") {
			return head + kind + rest[strings.LastIndexByte(rest, '/')+1:]
		}
	}
	return arn
}

// typeOf returns what an ARN names: "user", "secret", "bucket".
func typeOf(arn, recorded string) string {
	if i := strings.LastIndex(recorded, "::"); i >= 0 {
		return apart(recorded[i+2:])
	}
	if strings.HasPrefix(arn, "/") || strings.Contains(recorded, "/") {
		return typeElsewhere(arn, recorded)
	}
	if isPrincipal(arn) {
		return principalType(arn)
	}
	f := strings.SplitN(arn, ":", 6)
	if len(f) < 6 {
		return ""
	}
	if f[2] == "s3" {
		return "bucket"
	}
	if kind, _, ok := cutAny(f[5]); ok {
		return strings.ReplaceAll(kind, "-", " ")
	}
	return map[string]string{"sns": "topic", "sqs": "queue"}[f[2]]
}

// apart writes the words of a type such as DBSnapshot or InstanceProfile apart.
func apart(typ string) string {
	var b strings.Builder
	for i, r := range typ {
		upper := unicode.IsUpper(r)
		next := i+1 < len(typ) && unicode.IsLower(rune(typ[i+1]))
		if i > 0 && upper && (next || unicode.IsLower(rune(typ[i-1]))) {
			b.WriteByte(' ')
		}
		if upper && (next || i > 0 && unicode.IsLower(rune(typ[i-1]))) {
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// nameOf returns the name in an ARN: what stands behind the type.
func nameOf(arn string) string {
	if strings.HasPrefix(arn, "/") {
		return nameElsewhere(arn)
	}
	f := strings.SplitN(arn, ":", 6)
	if len(f) < 6 {
		return arn
	}
	if _, name, ok := cutAny(f[5]); ok && f[2] != "s3" {
		if f[2] == "iam" {
			name = name[strings.LastIndexByte(name, '/')+1:]
		}
		return name
	}
	return f[5]
}

// cutAny cuts a resource of an ARN, type/name or type:name.
func cutAny(s string) (kind, name string, ok bool) {
	i := strings.IndexAny(s, "/:")
	if i <= 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// bucketOf turns the ARN of an object into that of its bucket.
func bucketOf(arn string) string {
	if strings.HasPrefix(arn, "arn:") && strings.Contains(arn, ":s3:::") {
		arn, _, _ = strings.Cut(arn, "/")
	}
	return arn
}

func isUser(arn string) bool {
	return strings.Contains(arn, ":iam:") && strings.Contains(arn, ":user/")
}

func isIdentity(arn string) bool {
	return strings.Contains(arn, ":iam:") && (strings.Contains(arn, ":user/") || strings.Contains(arn, ":role/") || strings.HasSuffix(arn, ":root")) ||
		isPrincipal(arn)
}

func isRole(arn string) bool {
	return strings.Contains(arn, ":iam:") && strings.Contains(arn, ":role/")
}

// longLived reports whether a key does not expire by itself.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
//
// Keys of service accounts of Google Cloud have 40 hexadecimal digits, and those
// of applications of Entra a GUID; sessions there have none.
func longLived(k entitlement.AccessKeyID) bool {
	return strings.HasPrefix(string(k), "AKIA") || entitlement.IsGUID(string(k)) || len(k) == 40 && strings.Trim(string(k), "0123456789abcdef") == ""
}

// words calls f for each word of an event's detail.
func words(ev *auditlog.Event, f func(string)) {
	for w := range strings.FieldsSeq(ev.Detail) {
		f(w)
	}
}

func hasWord(ev *auditlog.Event, want string) bool {
	found := false
	words(ev, func(w string) { found = found || w == want })
	return found
}
