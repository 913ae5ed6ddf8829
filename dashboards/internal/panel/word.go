package panel

import (
	"strings"

	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/internal/entitlement"
)

// CloudNames writes the names of clouds as people do.
func CloudNames() grafana.Property {
	var words []string
	for _, c := range append(entitlement.Clouds(), entitlement.Platform) {
		words = append(words, string(c), c.Title(), "text")
	}
	return property("mappings", []grafana.Mapping{Words(words...)})
}

// kinds are the kinds of identities and resources as people read them.
func kinds() grafana.Mapping {
	names := []string{"bucket", "security_group", "account"}
	for _, c := range entitlement.Clouds() {
		for _, k := range entitlement.KindsOf(c) {
			names = append(names, string(k))
		}
	}
	var words []string
	for _, name := range names {
		text := strings.ReplaceAll(name, "_", " ")
		words = append(words, name, strings.ToUpper(text[:1])+text[1:], "text")
	}
	return Words(words...)
}

// Subtypes says where identities come from.
func Subtypes() grafana.Property {
	return property("mappings", []grafana.Mapping{Words(
		"ed", "Directory", "text", "local", "Own", "text", "guest", "Guest", "orange", "cross_account", "Of another", "orange",
		"saml", "Federated", "orange", "service", "Service", "text",
	)})
}
