package azure

import (
	"bytes"

	"github.com/leastward/leastward/internal/entitlement"
)

// membersDocument is the record of those members of a group that are service
// principals. The list names no types, since all are of one.
func membersDocument(group entitlement.IdentityID, values [][]byte, whole bool) []byte {
	const typ = `{"@odata.type":"#microsoft.graph.servicePrincipal",`
	for i, v := range values {
		if !bytes.Contains(v, []byte(`"@odata.type"`)) {
			values[i] = append([]byte(typ), bytes.TrimPrefix(bytes.TrimSpace(v), []byte("{"))...)
		}
	}
	return listDocument("groupId", string(group), "members", values, whole)
}
