package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// thing is what findings about buckets and security groups have in common.
type thing struct {
	id    entitlement.ResourceID
	name  string
	owner string
	tags  map[string]string
	// exempt from findings, by its tag.
	exempt bool
}

// look counts a thing under a category and, if it deserves it, adds a finding.
func (e *evaluation) look(t *thing, c entitlement.Category, bad bool, evidence func() []entitlement.Evidence) {
	if !Possible(c, e.Cloud) {
		return
	}
	e.result.Totals[c]++
	if !bad || t.exempt != (c == entitlement.ExcludedFromReports) {
		return
	}
	e.add(c, &entitlement.Finding{
		System: e.System, Resource: string(t.id), Name: cmp.Or(t.name, string(t.id)), Owner: t.owner, Evidence: evidence(),
	})
}

// exemption lists a thing that carries the tag.
func (e *evaluation) exemption(t *thing) {
	e.look(t, entitlement.ExcludedFromReports, t.exempt, func() []entitlement.Evidence {
		return []entitlement.Evidence{{Name: "Tag value", Value: t.tags[entitlement.TagExcludeFromReports]}}
	})
}

// buckets: what is not encrypted, or with the storage service's own keys, and
// what lies open. What could not be read is not looked at.
func (e *evaluation) buckets() {
	e.instances()
	for i := range e.Buckets {
		b := &e.Buckets[i]
		t := &thing{b.ID, b.Name, b.Owner, b.Tags, b.Exempt(entitlement.TagExcludeFromReports)}
		evidence := func() []entitlement.Evidence { return bucketEvidence(b) }
		if encryption := b.encryption(); encryption != entitlement.EncryptionUnknown {
			e.look(t, entitlement.BucketUnencrypted, encryption == entitlement.EncryptionNone, evidence)
			e.look(t, entitlement.BucketManagedKeys, encryption == entitlement.EncryptionS3, evidence)
			e.look(t, entitlement.StorageManagedKeys, encryption == entitlement.EncryptionProvider, evidence)
		}
		public, known := b.public()
		if known {
			e.look(t, entitlement.BucketPublic, public, evidence)
			e.look(t, entitlement.BucketObjectACLs, b.Exposure.Access == entitlement.BucketSubjectToACLs, evidence)
		}
		if shared := !public && len(b.Exposure.Accounts) > 0; known || shared {
			e.look(t, entitlement.BucketCrossAccount, shared, evidence)
		}
		e.exemption(t)
	}
}

// public reports whether anybody has access, as far as that is known. Accounts
// that have access are known to have it whatever else could not be read.
func (b *Bucket) public() (public, known bool) {
	access := b.Exposure.Access
	return access == entitlement.BucketIsPublic, access != "" && access != entitlement.BucketIsUnknown
}

func (b *Bucket) encryption() entitlement.Encryption {
	if b.Bucket == nil {
		return entitlement.EncryptionUnknown
	}
	return b.Bucket.Encryption
}

func bucketEvidence(b *Bucket) []entitlement.Evidence {
	key := ""
	if b.Bucket != nil {
		key = b.Bucket.KeyID
	}
	return facts(
		entitlement.Evidence{Name: EvidenceEncryption, Value: encryptionName(b.encryption())},
		entitlement.Evidence{Name: EvidenceKey, Value: key},
		entitlement.Evidence{Name: EvidenceAccess, Value: strings.ReplaceAll(cmp.Or(b.Exposure.Access, entitlement.BucketIsUnknown), "_", " ")},
		entitlement.Evidence{Name: EvidenceAccounts, Value: enumerate(b.Exposure.Accounts)},
		entitlement.Evidence{Name: EvidenceBecause, Value: enumerate(b.Exposure.Because)},
	)
}

func encryptionName(e entitlement.Encryption) string {
	switch e {
	case entitlement.EncryptionNone:
		return "none"
	case entitlement.EncryptionS3:
		return "SSE-S3"
	case entitlement.EncryptionKMS:
		return "SSE-KMS"
	case entitlement.EncryptionProvider:
		return "keys of the cloud's vendor"
	case entitlement.EncryptionCustomer:
		return "the customer's own keys"
	case entitlement.EncryptionUnknown:
	}
	return "unknown"
}

// securityGroups: those that let in the whole internet, with the instances
// behind them and the buckets that lie behind those.
func (e *evaluation) securityGroups() {
	behind := map[entitlement.IdentityID]*Subject{}
	for i := range e.Subjects {
		if s := &e.Subjects[i]; s.Identity.Kind == entitlement.Instance {
			behind[s.Identity.ID] = s
		}
	}
	for i := range e.SecurityGroups {
		g := &e.SecurityGroups[i]
		t := &thing{g.ID, g.Name, g.Owner, g.Tags, g.Exempt(entitlement.TagExcludeFromReports)}
		e.look(t, entitlement.OpenSecurityGroup, len(g.Inbound) > 0, func() []entitlement.Evidence {
			return e.groupEvidence(g, behind)
		})
		e.exemption(t)
	}
}

func (e *evaluation) groupEvidence(g *SecurityGroup, behind map[entitlement.IdentityID]*Subject) []entitlement.Evidence {
	var ports []string
	for _, r := range g.Inbound {
		ports = append(ports, portName(&r))
	}
	var reached []entitlement.ResourceID
	instances := make([]string, 0, len(g.Instances))
	for _, id := range distinct(g.Instances) {
		text := short(string(id), e.System)
		if s := behind[id]; s != nil && len(s.Buckets) > 0 {
			text += fmt.Sprintf(" (%s buckets)", e.reachable(len(s.Buckets)))
			reached = append(reached, s.Buckets...)
		}
		instances = append(instances, text)
	}
	list := []entitlement.Evidence{
		{Name: EvidencePorts, Value: enumerate(distinct(ports))},
		{Name: EvidenceNetwork, Value: g.Network},
		{Name: EvidenceInstances, Value: strings.TrimSuffix(fmt.Sprintf("%d: %s", len(instances), enumerate(instances)), ": ")},
	}
	if Possible(entitlement.InstanceBucketAccess, e.Cloud) && len(e.Buckets) > 0 {
		list = append(list, entitlement.Evidence{Name: EvidenceReachable, Value: e.reachable(len(distinct(reached)))})
	}
	return facts(list...)
}

// portName writes an open range: "tcp 22 from 0.0.0.0/0".
func portName(r *entitlement.InboundRule) string {
	ports := fmt.Sprintf("%s %d–%d", r.Protocol, r.From, r.To)
	switch {
	case r.Protocol == "all":
		ports = "all"
	case !slices.Contains([]string{"tcp", "udp"}, r.Protocol):
		ports = r.Protocol
	case r.From == r.To:
		ports = fmt.Sprintf("%s %d", r.Protocol, r.From)
	case r.From == 0 && r.To == 65535:
		ports = r.Protocol + " all"
	}
	return ports + " from " + r.Source
}
