package show

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
)

// column is what can be shown of an event.
type column struct {
	name  string
	value func(*api.AuditEvent) string
}

// Columns are the names of all columns of events.
func Columns() []string {
	var names []string
	for _, c := range columns() {
		names = append(names, c.name)
	}
	return names
}

func contains(list []string, name string) bool { return slices.Contains(list, name) }

func columns() []column {
	return []column{
		{"time", func(e *api.AuditEvent) string { return e.Time.UTC().Format(time.RFC3339Nano) }},
		{"id", func(e *api.AuditEvent) string { return e.ID }},
		{"cloud", func(e *api.AuditEvent) string { return string(e.Cloud) }},
		{"system", func(e *api.AuditEvent) string { return string(e.System) }},
		{"identity", func(e *api.AuditEvent) string { return string(e.Identity) }},
		{"identity_type", func(e *api.AuditEvent) string { return e.IdentityType }},
		{"username", func(e *api.AuditEvent) string { return e.Username }},
		{"session", func(e *api.AuditEvent) string { return e.Session }},
		{"access_key", func(e *api.AuditEvent) string { return string(e.AccessKey) }},
		{"service", func(e *api.AuditEvent) string { return e.Service }},
		{"name", func(e *api.AuditEvent) string { return e.Name }},
		{"action", func(e *api.AuditEvent) string { return joined(e.Actions) }},
		{"resource", func(e *api.AuditEvent) string { return joined(resourceIDs(e)) }},
		{"resource_type", func(e *api.AuditEvent) string { return joined(resourceTypes(e)) }},
		{"outcome", func(e *api.AuditEvent) string { return string(e.Outcome) }},
		{"error_code", func(e *api.AuditEvent) string { return e.ErrorCode }},
		{"error_text", func(e *api.AuditEvent) string { return e.ErrorText }},
		{"address", func(e *api.AuditEvent) string { return e.Address }},
		{"user_agent", func(e *api.AuditEvent) string { return e.UserAgent }},
		{"region", func(e *api.AuditEvent) string { return e.Region }},
		{"read_only", func(e *api.AuditEvent) string { return strconv.FormatBool(e.ReadOnly) }},
		{"data_event", func(e *api.AuditEvent) string { return strconv.FormatBool(e.DataEvent) }},
		{"request_id", func(e *api.AuditEvent) string { return e.RequestID }},
		{"invoked_by", func(e *api.AuditEvent) string { return e.InvokedBy }},
		{"by_service", func(e *api.AuditEvent) string { return strconv.FormatBool(e.ByService) }},
		{"issued", func(e *api.AuditEvent) string { return joined(e.Issued) }},
		{"detail", func(e *api.AuditEvent) string { return e.Detail }},
	}
}

func chosen(names []string) []column {
	var list []column
	for _, name := range names {
		for _, c := range columns() {
			if c.name == name {
				list = append(list, c)
			}
		}
	}
	return list
}

func joined[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return strings.Join(texts, " ")
}

func resourceIDs(e *api.AuditEvent) []string {
	var list []string
	for _, r := range e.Resources {
		if r.ID != "" {
			list = append(list, string(r.ID))
		}
	}
	return list
}

func resourceTypes(e *api.AuditEvent) []string {
	var list []string
	for _, r := range e.Resources {
		if r.Type != "" && !slices.Contains(list, r.Type) {
			list = append(list, r.Type)
		}
	}
	return list
}

// brief are the columns of a table that fits a terminal: short words in the
// place of ARNs, with the account where there are several.
func brief(list []api.AuditEvent) []column {
	all := []column{
		{"time", func(e *api.AuditEvent) string { return e.Time.UTC().Format(time.DateTime) }},
		{"system", func(e *api.AuditEvent) string { return string(e.System) }},
		{"identity", briefIdentity},
		{"action", briefAction},
		{"resource", briefResource},
		{"outcome", briefOutcome},
		{"address", func(e *api.AuditEvent) string { return e.Address }},
	}
	for i := range list {
		if list[i].System != list[0].System {
			return all
		}
	}
	return slices.Delete(all, 1, 2)
}

// briefIdentity is what follows the account in an ARN, with the session's name
// where there is one.
func briefIdentity(e *api.AuditEvent) string {
	name := afterAccount(string(e.Identity))
	switch {
	case name == "" && e.Username != "":
		name = e.Username
	case name == "":
		name = e.IdentityType
	}
	if e.Session != "" {
		name += " (" + e.Session + ")"
	}
	return name
}

// afterAccount shortens an ARN to what follows the account, and ids of resources
// of Azure and Google Cloud, which are paths, to their last two parts.
func afterAccount(arn string) string {
	if strings.HasPrefix(arn, "/") {
		parts := strings.Split(strings.TrimLeft(arn, "/"), "/")
		return strings.Join(parts[max(0, len(parts)-2):], "/")
	}
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return arn
	}
	return parts[5]
}

func briefAction(e *api.AuditEvent) string {
	if len(e.Actions) == 0 {
		return e.Name
	}
	return more(string(e.Actions[0]), len(e.Actions))
}

func briefResource(e *api.AuditEvent) string {
	ids := resourceIDs(e)
	if len(ids) == 0 {
		return ""
	}
	return more(afterAccount(ids[0]), len(ids))
}

func more(first string, count int) string {
	if count > 1 {
		return first + " +" + strconv.Itoa(count-1)
	}
	return first
}

func briefOutcome(e *api.AuditEvent) string {
	switch e.Outcome {
	case auditlog.AuthorizationFailure:
		return "denied"
	case auditlog.Error:
		return "error " + e.ErrorCode
	case auditlog.Success:
	}
	return string(e.Outcome)
}
