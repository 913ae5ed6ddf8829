package metric

func identityFamilies() []*Family {
	return []*Family{
		IdentityCount(), IdentitiesByBand(), IdentitiesTruncated(),
		IdentityInfo(), IdentityPCI(), IdentityLastActivity(), IdentityBandSince(), AccessKeyCreated(), AccessKeyLastUsed(),
	}
}

// IdentityCount counts the identities of each system.
func IdentityCount() *Family {
	return &Family{
		Name: "ciem_identities", Type: Gauge, Labels: []string{"cloud", "system", "identity_type", "state"},
		Help:  "Number of identities by type (user, role, group, function, instance, service_principal, managed_identity, service_account) and state in the window (active, inactive).",
		Bound: "twelve per configured system at most", Program: Exporter, Group: Identities,
	}
}

// IdentitiesByBand counts the identities by how high their index is.
func IdentitiesByBand() *Family {
	return &Family{
		Name: "ciem_identities_by_band", Type: Gauge, Labels: []string{"cloud", "system", "identity_class", "band"},
		Help:  "Number of identities that count in the index, by class (human, workload) and band of their index (low, medium, high).",
		Bound: "six per configured system", Program: Exporter, Group: Identities,
	}
}

// IdentitiesTruncated counts the identities without series of their own.
func IdentitiesTruncated() *Family {
	f := perSystem("ciem_identities_truncated", "",
		"Number of identities that have no series of their own because the budget was reached; 0 if none was left out.")
	f.Group = Identities
	return f
}

// IdentityInfo names each identity for people. The id is a GUID in Azure and
// whoever reads an alert has no use for it; the name is no label of the other
// families, whose series would end whenever somebody is renamed.
func IdentityInfo() *Family {
	return perIdentity("ciem_identity_info", "",
		"The identity's name, to join by; always 1.", "identity_type", "name")
}

// IdentityPCI is the index of each identity.
func IdentityPCI() *Family {
	return perIdentity("ciem_identity_pci", "points",
		"Permission Creep Index of the identity, from 0 to 100.", "identity_type", "owner")
}

// IdentityLastActivity is when each identity last acted; there is no series
// for one that was never seen.
func IdentityLastActivity() *Family {
	return perIdentity("ciem_identity_last_activity_timestamp_seconds", "seconds",
		"Unix time at which the identity last acted; absent if it was never seen.")
}

// IdentityBandSince is when each identity entered the band it is in.
func IdentityBandSince() *Family {
	return perIdentity("ciem_identity_band_since_timestamp_seconds", "seconds",
		"Unix time at which the identity's index entered its band (low, medium, high).", "band")
}

// AccessKeyCreated is the age of each access key.
func AccessKeyCreated() *Family {
	f := perIdentity("ciem_access_key_created_timestamp_seconds", "seconds",
		"Unix time at which the access key was created, by status (active, inactive).", "access_key", "status")
	f.Bound = "one per access key of the identities within the configured identity budget; AWS allows two per user, Google Cloud ten per service account"
	return f
}

// AccessKeyLastUsed is when each access key was last used.
func AccessKeyLastUsed() *Family {
	f := perIdentity("ciem_access_key_last_used_timestamp_seconds", "seconds",
		"Unix time at which the access key was last used; absent if never or unknown.", "access_key")
	f.Bound = AccessKeyCreated().Bound
	return f
}

// perIdentity describes a gauge with one series for each identity. Further
// labels come after the identity; what only describes the identity stands on
// ciem_identity_info and ciem_identity_pci alone and is joined from there.
func perIdentity(name, unit, help string, labels ...string) *Family {
	return &Family{
		Name: name, Help: help, Type: Gauge, Unit: unit, Labels: append([]string{"cloud", "system", "identity"}, labels...),
		Bound: onePerIdentity, Program: Exporter, Group: Identities, Large: true,
	}
}
