package entitlement

// Kinds returns every kind of identity.
func Kinds() []Kind {
	return []Kind{User, Role, Group, Function, Instance, ServicePrincipal, ManagedIdentity, ServiceAccount}
}

// KindsOf returns the kinds of identity that systems of a cloud have; none of
// the platform's own log.
func KindsOf(c Cloud) []Kind {
	switch c {
	case AWS:
		return []Kind{User, Role, Group, Function, Instance}
	case Azure:
		return []Kind{User, ServicePrincipal, ManagedIdentity, Group, Function, Instance}
	case GCP:
		return []Kind{User, ServiceAccount, Group, Function, Instance}
	case Platform:
	}
	return nil
}

// Clouds returns the clouds that have authorization systems.
func Clouds() []Cloud { return []Cloud{AWS, Azure, GCP} }

// Title returns the cloud's name as people write it.
func (c Cloud) Title() string {
	switch c {
	case AWS:
		return "AWS"
	case Azure:
		return "Azure"
	case GCP:
		return "Google Cloud"
	case Platform:
		return "Leastward"
	}
	return string(c)
}
