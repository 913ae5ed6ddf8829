package catalog

import "strings"

// azurePermissions maps an operationName. It is the operation itself in most
// logs, in whatever case; the logs of storage accounts, key vaults and others
// have names of their own, which the table of calls knows. See
// https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema.
func (c *Catalog) azurePermissions(name string) mappedCall {
	name = strings.ToLower(strings.TrimSpace(name))
	if m, ok := c.calls.calls[name]; ok {
		return m
	}
	if isNotice(name) {
		return mappedCall{mapping: NotPermissionBearing}
	}
	if i, ok := c.index[name]; ok {
		return mapped(int(i))
	}
	return mappedCall{}
}

// isNotice reports whether an operationName stands for something that Azure
// tells rather than for a call: the health of services and resources, the effect
// of a policy, a recommendation, an alert. See
// https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema#categories.
func isNotice(name string) bool {
	provider, rest, _ := strings.Cut(name, "/")
	switch provider {
	case "microsoft.servicehealth":
		return true
	case "microsoft.resourcehealth":
		return strings.HasPrefix(rest, "healthevent/")
	case "microsoft.authorization":
		return strings.HasPrefix(rest, "policies/") && strings.HasSuffix(rest, "/action")
	case "microsoft.advisor":
		return strings.HasPrefix(rest, "recommendations/available")
	case "microsoft.insights":
		return strings.HasSuffix(rest, "/action") && (strings.HasPrefix(rest, "alertrules/") || strings.HasPrefix(rest, "autoscalesettings/"))
	}
	return false
}
