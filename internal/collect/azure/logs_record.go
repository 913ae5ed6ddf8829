package azure

import (
	"slices"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// field is a member of a record that matters, whatever its spelling.
type field uint8

// The fields, each with the names that the shapes have for it.
const (
	fieldNone field = iota
	fieldTime
	fieldCreated      // Of sign-ins.
	fieldActivityTime // Of Entra's audit records.
	fieldGenerated    // Of Log Analytics.
	fieldOperationName
	fieldOperationValue // Of Log Analytics, where OperationName is for people.
	fieldActivity
	fieldCategory
	fieldType
	fieldResourceID
	fieldSubscription
	fieldStatus
	fieldSubStatus
	fieldStatusCode
	fieldDescription
	fieldAddress
	fieldHTTP
	fieldCorrelation
	fieldID
	fieldEventID
	fieldLocation
	fieldIdentity
	fieldAuthorization
	fieldClaims
	fieldCaller
	fieldProperties
	fieldUserAgent
	fieldURI
	fieldUserID
	fieldUserName
	fieldPrincipalID
	fieldPrincipalName
	fieldKeyID
	fieldAppID
	fieldManagedType
	fieldSignInStatus
	fieldAPIID // The resource that a sign-in is for.
	fieldAPIName
	fieldInitiatedBy
	fieldTargets
	fieldResult
	fieldResultReason
	fieldDetails
	fieldSignInKinds
	fieldAuthentication
	fieldObjectKey
	fieldEventName
	fieldMetric
	fieldWrapped
	fieldNextPage
	fieldCount
)

// logRecord is one record, taken apart. Values are slices of the text.
type logRecord struct {
	values  [fieldCount][]byte
	members int
	table   string // Name of the table that a row stands in.
	row     bool
	page    bool // An object around a list that is null.
}

func (r *logRecord) reset() { *r = logRecord{} }

func (r *logRecord) get(f field) []byte { return r.values[f] }

// has reports whether a field is there and not null or empty.
func (r *logRecord) has(f field) bool {
	v := r.values[f]
	return len(v) > 0 && v[0] != 'n' && string(v) != `""`
}

// text returns a string's text.
func (r *logRecord) text(f field) jsonscan.Text { return jsonscan.TextOf(r.values[f]) }

func (r *logRecord) member(key, value []byte) {
	r.members++
	if value[0] == 'n' && (string(key) == "records" || string(key) == "value" || string(key) == "rows") {
		r.page = true
	}
	r.set(fieldOf(jsonscan.Text(key)), value)
}

// set keeps a value. Of several names for a field the first that says anything
// counts: Log Analytics has some columns twice, one of them empty.
func (r *logRecord) set(f field, value []byte) {
	if f == fieldNone || r.has(f) {
		return
	}
	r.values[f] = value
	r.members++
}

// add keeps the members of an object within the record that are among the
// wanted fields, where the record itself does not have them.
func (r *logRecord) add(object []byte, wanted ...field) {
	if len(object) == 0 || object[0] != '{' {
		return
	}
	jsonscan.Members(object, func(key, value []byte) {
		if f := fieldOf(jsonscan.Text(key)); slices.Contains(wanted, f) {
			r.set(f, value)
		}
	})
}

// fold writes a name without regard to case, underscores, and quotes that
// strayed into it: event_timestamp, eventTimestamp and EventTimestamp are one.
func fold(dst []byte, name []byte) []byte {
	for _, c := range name {
		switch {
		case 'A' <= c && c <= 'Z':
			dst = append(dst, c|0x20)
		case c != '_' && c != '"' && c != '\\' && c != ' ':
			dst = append(dst, c)
		}
	}
	return dst
}

// longestName is what no name of a field exceeds.
const longestName = 72
