package azure

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// query is a request of Resource Graph.
// https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
type query struct {
	Subscriptions []entitlement.SystemID `json:"subscriptions"`
	Query         string                 `json:"query"`
	Options       queryOptions           `json:"options"`
}

type queryOptions struct {
	ResultFormat string `json:"resultFormat"`
	Top          int    `json:"$top"`
	SkipToken    string `json:"$skipToken,omitempty"`
}

// after returns the query for the page behind one.
func (q *query) after(token string) *query {
	next := *q
	next.Options.SkipToken = token
	return &next
}

// The sizes that Resource Graph bears: subscriptions in a query, rows in a page.
const (
	querySubscriptions = 100
	queryRows          = 1000
)

// resourceQueries ask for all resources that can be seen. Of the types that more
// is read of they have their settings, of others name, tags and identity.
func (r *run) resourceQueries() []*part {
	types := []string{typeIdentity, typeStorage, typeFirewall, typeInterface, typeMachine, typeScaleSet, typeSite}
	text := "resources | extend properties = iff(type in~ ('" + strings.Join(types, "', '") + "'), properties, dynamic(null))" +
		" | project id, name, type, kind, tags, identity, properties | order by id asc"
	var all []*part
	for some := range slices.Chunk(r.subscriptions, querySubscriptions) {
		all = append(all, &part{
			request: request{
				op: Operation{"Microsoft.ResourceGraph", "resources"}, family: familyQuery,
				url:   r.client.at.arm + "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01",
				query: &query{Subscriptions: some, Query: text, Options: queryOptions{ResultFormat: "objectArray", Top: queryRows}},
			},
			code: CodeResources, permission: "*/read",
			effect: "resources, functions, machines and the managed identities of " + strconv.Itoa(len(some)) + " subscriptions are missing in part",
		})
	}
	return all
}

// containerLists ask each storage account for its blob containers.
// https://learn.microsoft.com/rest/api/storagerp/blob-containers/list
func (r *run) containerLists() []*part {
	if r.options.skips(PartContainers) {
		return nil
	}
	var all []*part
	for _, key := range sortedKeys(r.all.resources.all) {
		x := r.all.resources.all[key]
		if !strings.EqualFold(x.Type, typeStorage) {
			continue
		}
		id := string(x.ID)
		all = append(all, &part{
			request: r.armCall(id+"/blobServices/default/containers", "2023-01-01", Operation{serviceStorage, "storageAccounts/blobServices/containers"}),
			wrap: func(values [][]byte, whole bool) []byte {
				if !whole {
					return nil // One that is missing may be public.
				}
				return listDocument("storageAccountId", id, "containers", values, true)
			},
			code: CodeContainers, system: systemOf(id), permission: "Microsoft.Storage/storageAccounts/blobServices/containers/read",
			effect: "whether blob containers are public is unknown of storage accounts",
			none:   hasNoBlobs,
		})
	}
	return all
}

// hasNoBlobs tells that a storage account is of a sort that has no blobs, or is
// gone.
func hasNoBlobs(err error) bool {
	return isNotFound(err) || errorCode(err) == "FeatureNotSupportedForAccount" ||
		statusOf(err) == http.StatusBadRequest && errorCode(err) == "OperationNotAllowedOnKind"
}

// listDocument is the record of a list that belongs to something.
func listDocument(owner, id, list string, values [][]byte, whole bool) []byte {
	var b bytes.Buffer
	b.WriteString("{" + strconv.Quote(owner) + ":" + strconv.Quote(id) + "," + strconv.Quote(list) + ":[")
	b.Write(bytes.Join(values, []byte(",")))
	b.WriteString("]")
	if !whole {
		b.WriteString("," + strconv.Quote(list+"@odata.nextLink") + ":\"not read\"")
	}
	b.WriteString("}")
	return b.Bytes()
}
