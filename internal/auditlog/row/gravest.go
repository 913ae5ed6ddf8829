package row

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog/actions"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// gravest returns type and severity of the gravest of an event's actions: by
// type, permissions before delete before write before read, and then by
// severity. Both are "" where none of the actions is known.
func (e *Encoder) gravest(list []entitlement.Action) (kind, grade string) {
	best := -1
	for _, a := range list {
		info := actions.Info(e.cat, a)
		if info == nil {
			continue
		}
		if n := weight(info); n > best {
			best, kind, grade = n, typeName(info.Type), info.Severity.String()
		}
	}
	return kind, grade
}

func weight(info *catalog.Info) int {
	n := 0
	switch info.Type {
	case catalog.Permissions:
		n = 3
	case catalog.Delete:
		n = 2
	case catalog.Write, catalog.Tagging:
		n = 1
	case catalog.Read, catalog.List:
	}
	return 2*n + int(info.Severity)
}

// typeName returns a type as queries know it: tagging is a write, listing a
// read.
func typeName(t catalog.ActionType) string {
	switch t {
	case catalog.Tagging:
		return catalog.Write.String()
	case catalog.List:
		return catalog.Read.String()
	case catalog.Read, catalog.Write, catalog.Delete, catalog.Permissions:
	}
	return t.String()
}

// roleName returns the name of the role that an AWS identity is, "" where it is
// none: the last part of a role's ARN, whose path comes before it, and the
// first part of that of a session, whose name comes after it.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
func roleName(identity string) string {
	resource, ok := arnResource(identity)
	if !ok {
		return ""
	}
	if path, ok := strings.CutPrefix(resource, "role/"); ok {
		return path[strings.LastIndexByte(path, '/')+1:]
	}
	if path, ok := strings.CutPrefix(resource, "assumed-role/"); ok {
		first, _, _ := strings.Cut(path, "/")
		return first
	}
	return ""
}

// arnResource returns what follows the fifth colon of an ARN.
func arnResource(arn string) (string, bool) {
	rest, ok := strings.CutPrefix(arn, "arn:")
	for range 4 {
		if _, rest, ok = strings.Cut(rest, ":"); !ok {
			return "", false
		}
	}
	return rest, ok
}
