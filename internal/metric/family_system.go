package metric

func systemFamilies() []*Family {
	return []*Family{
		SystemInfo(), SystemFolderInfo(), SystemOnboarding(), CatalogInfo(),
		PCI(), PCILower(), PCIUpper(), PCIObservability(),
		PCIExcess(), PCIUsed(), PCIUnobservable(), PCIIdentities(),
		GrantedActions(),
	}
}

// perSystem describes a gauge with one series for each system.
func perSystem(name, unit, help string) *Family {
	return &Family{
		Name: name, Help: help, Type: Gauge, Unit: unit, Labels: []string{"cloud", "system"},
		Bound: onePerSystem, Program: Exporter, Group: Systems,
	}
}

// SystemInfo names each system and its owner.
func SystemInfo() *Family {
	return &Family{
		Name: "ciem_system_info", Type: Gauge, Labels: []string{"cloud", "system", "name", "owner"},
		Help:  "Name and owner of the authorization system (AWS account, Azure subscription, GCP project); always 1.",
		Bound: onePerSystem, Program: Exporter, Group: Systems,
	}
}

// SystemFolderInfo says to which folders each system belongs.
func SystemFolderInfo() *Family {
	return &Family{
		Name: "ciem_system_folder_info", Type: Gauge, Labels: []string{"cloud", "system", "folder"},
		Help:  "The authorization system belongs to the folder; always 1.",
		Bound: "one per system and folder in the configuration", Program: Exporter, Group: Systems,
	}
}

// SystemOnboarding tells how far each system has come.
func SystemOnboarding() *Family {
	return &Family{
		Name: "ciem_system_onboarding", Type: Gauge, Labels: []string{"cloud", "system", "state"},
		Help:  "The state of the authorization system: pending (discovered and not selected), discovering, in_progress, onboarded or offline; always 1.",
		Bound: "one per system that is configured or discovered", Program: Exporter, Group: Systems,
	}
}

// CatalogInfo says which catalogue of actions the figures were computed with.
func CatalogInfo() *Family {
	return &Family{
		Name: "ciem_catalog_info", Type: Gauge, Labels: []string{"cloud", "version"},
		Help:  "Version of the catalogue of actions behind all figures of the cloud; always 1.",
		Bound: "one per cloud", Program: Exporter, Group: Systems,
	}
}

// PCI is the headline index of each system.
func PCI() *Family {
	return perSystem("ciem_pci", "points",
		"Permission Creep Index of the system, from 0 to 100, over what the logs can show.")
}

// PCILower is the lower end of the index's interval.
func PCILower() *Family {
	return perSystem("ciem_pci_lower", "points",
		"Permission Creep Index of the system with every unobservable grant counted as used.")
}

// PCIUpper is the upper end of the index's interval.
func PCIUpper() *Family {
	return perSystem("ciem_pci_upper", "points",
		"Permission Creep Index of the system with every unobservable grant counted as unused.")
}

// PCIObservability is how much of the granted weight the logs can show.
func PCIObservability() *Family {
	return perSystem("ciem_pci_observability_ratio", "ratio",
		"Share of the granted weight whose use the logs at hand can show, from 0 to 1.")
}

// PCIExcess is the first of the sums from which the index of any set of
// systems is merged.
func PCIExcess() *Family {
	return perSystem("ciem_pci_excess_weight", "ratio",
		"Sum over the identities of the granted and observably unused weight, each as a share of the catalogue's weight.")
}

// PCIUsed is the granted and used weight, see [PCIExcess].
func PCIUsed() *Family {
	return perSystem("ciem_pci_used_weight", "ratio",
		"Sum over the identities of the granted and used weight, each as a share of the catalogue's weight.")
}

// PCIUnobservable is the weight of which no log could tell, see [PCIExcess].
func PCIUnobservable() *Family {
	return perSystem("ciem_pci_unobservable_weight", "ratio",
		"Sum over the identities of the granted weight whose use no log could show, each as a share of the catalogue's weight.")
}

// PCIIdentities is the number of identities in the sums, see [PCIExcess].
func PCIIdentities() *Family {
	return perSystem("ciem_pci_identities", "",
		"Number of identities that count in the Permission Creep Index of the system.")
}

// GrantedActions counts the pairs of identity and action.
func GrantedActions() *Family {
	return &Family{
		Name: "ciem_granted_actions", Type: Gauge, Labels: []string{"cloud", "system", "severity", "usage"},
		Help: "Number of granted actions summed over the identities, by severity (normal, high) and usage in the window " +
			"(used, unused, unobservable).",
		Bound: "six per configured system", Program: Exporter, Group: Systems,
	}
}
