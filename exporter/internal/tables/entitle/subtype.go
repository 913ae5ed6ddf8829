package entitle

import (
	"encoding/json"

	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// The subtypes of identities.
const (
	directory    = "ed"
	local        = "local"
	guest        = "guest"
	crossAccount = "cross_account"
	federated    = "saml"
	service      = "service"
)

// subtype tells where an identity comes from: the first that holds of a
// directory, another account, an identity provider, AWS services, and the
// account itself.
func (w *who) subtype() string {
	switch w.sys.System.Cloud {
	case entitlement.Azure:
		return w.subtypeOnAzure()
	case entitlement.GCP:
		return w.subtypeOnGCP()
	case entitlement.AWS, entitlement.Platform:
	}
	switch {
	case w.Kind == entitlement.Function || w.Kind == entitlement.Instance || w.ServiceManaged:
		return service
	case w.Kind != entitlement.Role:
		return local
	case w.PermissionSet != "":
		return directory
	}
	if o := w.sys.origin(w.ID); o != "" {
		return o
	}
	return trustedBy(w.Trust)
}

// origin tells who from outside enters a role without others between: an
// account, or an identity provider; "" if nobody does.
func (s *system) origin(id entitlement.IdentityID) string {
	if s.origins == nil {
		s.origins = map[entitlement.IdentityID]string{}
		for i := range s.Assessment.External {
			x := &s.Assessment.External[i]
			switch {
			case x.Method != entitlement.AccessDirect:
			case fromAccount(x.From):
				s.origins[x.Role] = crossAccount
			case s.origins[x.Role] == "":
				s.origins[x.Role] = federated
			}
		}
	}
	return s.origins[id]
}

// fromAccount reports whether the origin of access is an account or anybody,
// and no identity provider.
func fromAccount(from string) bool {
	return from == "*" || len(from) == 12 && from[0] >= '0' && from[0] <= '9'
}

// trustedBy tells whether a trust policy lets in services alone.
func trustedBy(trust []byte) string {
	if len(trust) == 0 {
		return local
	}
	doc, _ := policy.Parse(trust)
	services := false
	for i := range doc.Statements {
		st := &doc.Statements[i]
		if st.Effect != policy.Allow {
			continue
		}
		var kinds map[string]json.RawMessage
		if json.Unmarshal(st.Principal, &kinds) != nil || kinds["AWS"] != nil || kinds["Federated"] != nil {
			return local
		}
		services = services || kinds["Service"] != nil
	}
	if services {
		return service
	}
	return local
}
