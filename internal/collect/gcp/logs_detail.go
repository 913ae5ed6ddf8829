package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// describe notes what a search should find: who delegated to whom, and the
// values of the request, of the answer and of what the service adds; and which
// keys the call handed out.
func (n *normaliser) describe(ev *auditlog.Event, p *payload) {
	if n.lean {
		return
	}
	n.detail.Reset()
	n.delegates(p.authentication)
	n.search(p.request, p.requestText, nil)
	var issued func(key, value []byte)
	if issuesKeys(ev.Name) && ev.Outcome == auditlog.Success {
		issued = func(key, value []byte) {
			if _, id, ok := strings.Cut(string(value), "/keys/"); ok && string(key) == "name" && id != "" {
				ev.Issued = append(ev.Issued, entitlement.AccessKeyID(id))
			}
		}
	}
	n.search(p.response, p.responseText, issued)
	n.search(p.metadata, p.metadataText, nil)
	n.search(p.serviceData, nil, nil)
	ev.Detail = n.detail.String()
}

// delegates puts the whole chain of delegation into the detail.
func (n *normaliser) delegates(authentication []byte) {
	jsonscan.Members(authentication, func(key, v []byte) {
		var buf [maxKey]byte
		if string(camel(key, buf[:0])) == "serviceAccountDelegationInfo" {
			n.detail.Add(v, nil)
		}
	})
}

// search takes a value, or the JSON text that BigQuery has in its place.
func (n *normaliser) search(value []byte, text jsonscan.Text, visit func(key, value []byte)) {
	if len(text) > 0 {
		value = []byte(text.String())
		if end, st := jsonscan.SkipValue(value, 0, 1); st != jsonscan.OK || jsonscan.SkipSpace(value, end) != len(value) {
			n.detail.Put(value)
			return
		}
	}
	if len(value) > 0 {
		n.detail.Add(value, visit)
	}
}

// issuesKeys knows the calls whose answers name a key of a service account that
// the call made. Tokens have no name that a log would tell.
// https://cloud.google.com/iam/docs/audit-logging
func issuesKeys(method string) bool {
	return strings.HasSuffix(method, "CreateServiceAccountKey") || strings.HasSuffix(method, "UploadServiceAccountKey")
}
