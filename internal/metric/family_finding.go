package metric

func findingFamilies() []*Family {
	return []*Family{FindingCount(), FindingSubjects(), FindingsTruncated(), Finding(), FindingFirstSeen()}
}

// FindingCount counts the findings of each category: the n of "n of total".
func FindingCount() *Family {
	return perCategory("ciem_findings", "Number of findings of the category; 0 where it looked and found none.")
}

// FindingSubjects counts what each category looked at: the total of "n of
// total".
func FindingSubjects() *Family {
	return perCategory("ciem_finding_subjects", "Number of identities, access keys, outside accounts, buckets or security groups that the category of finding looked at.")
}

// FindingsTruncated counts the findings without series of their own.
func FindingsTruncated() *Family {
	return perCategory("ciem_findings_truncated",
		"Number of findings that have no series of their own because the budget was reached; 0 if none was left out.")
}

// Finding is one finding; its value is the impact.
func Finding() *Family {
	return &Family{
		Name: "ciem_finding", Type: Gauge, Unit: "points",
		Labels: []string{"cloud", "system", "category", "finding", "identity", "identity_type", "owner", "resource"},
		Help:   "A finding; the value is its impact: how far the system's Permission Creep Index would fall if the identity held no more than it uses; 0 for one about no identity, whose subject is the resource.",
		Bound:  onePerFinding, Program: Exporter, Group: Findings, Large: true,
	}
}

// FindingFirstSeen is when each finding was first reported.
func FindingFirstSeen() *Family {
	return &Family{
		Name: "ciem_finding_first_seen_timestamp_seconds", Type: Gauge, Unit: "seconds",
		Labels: []string{"cloud", "system", "category", "finding"},
		Help:   "Unix time at which a collection first reported the finding.",
		Bound:  onePerFinding, Program: Exporter, Group: Findings, Large: true,
	}
}

func perCategory(name, help string) *Family {
	return &Family{
		Name: name, Help: help, Type: Gauge, Labels: []string{"cloud", "system", "category"},
		Bound: "one per configured system and category of finding", Program: Exporter, Group: Findings,
	}
}
