// Package row turns events into the flat columns of a stored row and back.
//
// A column has the name of the query field. The columns that stores and
// statements name otherwise are the constants below. A column whose value is
// empty, zero or false is absent.
//
// Fields with several values (action, resource, resource_type, issued) keep the
// first value in the column of the field's name. Where there are two or more,
// all of them stand as a JSON array of strings in the plural column as well, so
// "one of the values is v" is: the singular equals v, or the plural contains v
// as JSON string, quotes included.
package row

// The columns that have no query field of the same name.
const (
	Time          = "_time" // RFC 3339 with up to nine decimals, UTC.
	Message       = "_msg"  // Event.Detail.
	Actions       = "actions"
	Resources     = "resources"
	ResourceTypes = "resource_types" // Runs in parallel with Resources.
	Issueds       = "issueds"
	Mapping       = "mapping"  // "unmapped" or "none"; absent where mapped.
	Raw           = "raw"      // The store's own reference to Event.Raw.
	Ingested      = "ingested" // Nanoseconds since 1970, decimal.
)

// The columns that are query fields too.
const (
	id           = "id"
	cloud        = "cloud"
	system       = "system"
	identity     = "identity"
	identityType = "identity_type"
	username     = "username"
	role         = "role"
	session      = "session"
	accessKey    = "access_key"
	service      = "service"
	name         = "name"
	action       = "action"
	severity     = "severity"
	actionType   = "type"
	resource     = "resource"
	resourceType = "resource_type"
	outcome      = "outcome"
	errorCode    = "error_code"
	errorText    = "error_text"
	address      = "address"
	userAgent    = "user_agent"
	region       = "region"
	readOnly     = "read_only"
	dataEvent    = "data_event"
	requestID    = "request_id"
	invokedBy    = "invoked_by"
	byService    = "by_service"
	issued       = "issued"
)

// StreamColumns are the columns that name the stream of a row: those that every
// event of one source has in common.
func StreamColumns() []string { return []string{cloud, system} }

// The values of Mapping.
const (
	unmapped = "unmapped"
	none     = "none"
)

const yes = "true"
