package azure

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// containerList is what is known of the blob containers of a storage account.
type containerList struct {
	public []string
	read   bool
	had    map[string]bool
}

// storage reads a storage account. A record without encryption is one of
// az resource list, which has no settings.
// https://learn.microsoft.com/rest/api/storagerp/storage-accounts/get-properties
func (x *resource) storage(d *document) *refusal {
	var a struct {
		AllowBlobPublicAccess       *bool
		PublicNetworkAccess         string
		NetworkACLs, NetworkRuleSet *networkRules // ARM's name for it, and that of the Azure CLI.
		Encryption                  *struct {
			KeySource          string
			KeyVaultProperties *struct{ KeyName, KeyVaultURI string }
		}
	}
	if no := d.decode(&a); no != nil {
		return no
	}
	if x.Bucket == nil {
		x.Bucket = &entitlement.Bucket{ContainersUnknown: true}
	}
	b := x.Bucket
	if e := a.Encryption; e != nil {
		switch strings.ToLower(e.KeySource) {
		case "microsoft.keyvault":
			b.Encryption = entitlement.EncryptionCustomer
		case "microsoft.storage", "":
			b.Encryption = entitlement.EncryptionProvider
		}
		if v := e.KeyVaultProperties; v != nil && v.KeyName != "" {
			b.KeyID = strings.TrimRight(v.KeyVaultURI, "/") + "/keys/" + v.KeyName
		}
	}
	if closed := networkClosed(a.PublicNetworkAccess, cmp.Or(a.NetworkACLs, a.NetworkRuleSet)); closed != entitlement.Unknown {
		b.NetworkClosed = closed
	}
	switch {
	case a.AllowBlobPublicAccess != nil:
		b.PublicAllowed = yes(*a.AllowBlobPublicAccess)
	case a.Encryption != nil && b.PublicAllowed == entitlement.Unknown:
		// Of an account that was made before the setting: it is allowed then.
		// https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent
		b.PublicAllowed = entitlement.Yes
	}
	return nil
}

// networkRules are the firewall of a storage account.
type networkRules struct{ DefaultAction string }

// networkClosed tells whether a firewall keeps out the internet as a whole.
// https://learn.microsoft.com/azure/storage/common/storage-network-security
func networkClosed(public string, rules *networkRules) entitlement.Tristate {
	switch {
	case strings.EqualFold(public, "disabled"), strings.EqualFold(public, "securedByPerimeter"), rules != nil && strings.EqualFold(rules.DefaultAction, "deny"):
		return entitlement.Yes
	case strings.EqualFold(public, "enabled"), rules != nil && strings.EqualFold(rules.DefaultAction, "allow"):
		return entitlement.No
	}
	return entitlement.Unknown
}

func yes(b bool) entitlement.Tristate {
	if b {
		return entitlement.Yes
	}
	return entitlement.No
}

type containerDocument struct {
	ID, Name     string
	PublicAccess string
}

// container takes a blob container with its level of public access.
// https://learn.microsoft.com/rest/api/storagerp/blob-containers/list
func (r *resources) container(d *document, id string) *refusal {
	var a containerDocument
	if no := d.decode(&a); no != nil {
		return no
	}
	i := strings.Index(strings.ToLower(id), "/blobservices/")
	if i < 0 {
		return missing(d.what, "an id below a storage account")
	}
	return r.containersOf(id[:i]).add(&a, lastOf(id))
}

func (r *resources) containersOf(account string) *containerList {
	key := strings.ToLower(account)
	l := r.containers[key]
	if l == nil {
		l = &containerList{had: map[string]bool{}}
		r.containers[key] = l
	}
	l.read = true
	return l
}

func (l *containerList) add(a *containerDocument, name string) *refusal {
	name = strings.ToLower(name)
	if l.had[name] {
		return again()
	}
	l.had[name] = true
	if a.PublicAccess != "" && !strings.EqualFold(a.PublicAccess, "none") && !strings.EqualFold(a.PublicAccess, "off") {
		l.public = append(l.public, name)
	}
	return nil
}

// containerSet takes all containers of an account: a list of none tells, too,
// that there is nothing public.
func (r *resources) containerSet(d *document) *refusal {
	var a struct {
		StorageAccountID string
		Containers       []struct {
			containerDocument
			Properties containerDocument
		}
	}
	if err := json.Unmarshal(d.raw, &a); err != nil {
		return unreadable(string(d.what), err)
	}
	if systemOf(a.StorageAccountID) == "" {
		return missing(d.what, "storageAccountId in a subscription")
	}
	l := r.containersOf(a.StorageAccountID)
	for i := range a.Containers {
		c := &a.Containers[i]
		c.PublicAccess = cmp.Or(c.PublicAccess, c.Properties.PublicAccess)
		name := cmp.Or(c.Name, lastOf(c.ID))
		if name == "" {
			return missing(d.what, "containers.name")
		}
		_ = l.add(&c.containerDocument, name) // Met again, it says the same.
	}
	return nil
}

// settle gives storage accounts their containers.
func (r *resources) settle() {
	for key, l := range r.containers {
		x := r.all[key]
		if x == nil {
			continue
		}
		if x.Bucket == nil {
			x.Bucket = &entitlement.Bucket{}
		}
		slices.Sort(l.public)
		x.Bucket.PublicContainers, x.Bucket.ContainersUnknown = l.public, false
	}
}
