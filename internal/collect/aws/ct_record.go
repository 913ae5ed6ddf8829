package aws

// ctRecord holds the fields of one CloudTrail record that events are made from,
// as they stand in the document. The record contents are documented at
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html.
type ctRecord struct {
	eventID, eventTime, eventSource, eventName, eventType text
	eventCategory, region, address, userAgent             text
	errorCode, errorMessage, requestID, account           text
	readOnly, management                                  flag
	user                                                  ctUser
	parameters, response, resources                       []byte // JSON values.

	// What shippers and exports wrap around a record.
	timestamp text   // "@timestamp", "EventTime" or "time" of the wrapper.
	epoch     []byte // The same as a number of seconds.
	inner     text   // The record as a JSON string.
	detail    []byte // The record as an object within.
	digest    bool   // A digest file, which lists files and holds no events.
	emptyList bool   // A list of records that holds none.
	misshapen bool   // userIdentity is there and is not an object.
}

type ctUser struct {
	kind, principal, arn, account, key, name, invokedBy text
	issuer                                              text // ARN of the session's issuer.
	onBehalfOf                                          text // Id of an Identity Center user.
}

// flag is a boolean that some exports write as a string.
type flag uint8

const (
	flagUnset flag = iota
	flagFalse
	flagTrue
)

// parse reads the object at b[i] and returns the position behind it. Where the
// object is a list of records rather than one, it stops at the list's opening
// bracket and reports so.
func (r *ctRecord) parse(b []byte, i int) (end int, list bool, st scanStatus) {
	for first := true; ; first = false {
		key, escaped, value, st := nextMember(b, i+1, first)
		if st != scanOK || key == nil {
			return value, false, st
		}
		if escaped {
			key = appendUnescaped(nil, key)
		}
		if b[value] == '[' && isListKey(key) {
			return value, true, scanOK
		}
		if b[value] == '{' && string(key) == "userIdentity" {
			i, st = r.user.parse(b, value)
			r.misshapen = false
		} else if i, st = skipValue(b, value, 1); st == scanOK {
			r.member(key, b[value:i])
		}
		if st != scanOK {
			return i, false, st
		}
		var done bool
		if i, done, st = afterValue(b, i, '}'); done || st != scanOK {
			return i, false, st
		}
	}
}

// isListKey reports whether an array under this key at the top of a document
// holds records: an S3 delivery file, LookupEvents, a query of CloudTrail Lake.
func isListKey(key []byte) bool {
	switch string(key) {
	case "Records", "Events", "QueryResultRows":
		return true
	}
	return false
}

// members calls visit for each member of an object that skipValue has passed.
func members(object []byte, visit func(key, value []byte)) {
	eachMember(object, 0, func(key []byte, at int) (int, scanStatus) {
		end, st := skipValue(object, at, 1)
		visit(key, object[at:end])
		return end, st
	})
}

// eachMember reads the object at b[i]: for each member it calls take with the
// key and the position of the value, which returns the position behind it.
func eachMember(b []byte, i int, take func(key []byte, at int) (int, scanStatus)) (int, scanStatus) {
	for first := true; ; first = false {
		key, escaped, value, st := nextMember(b, i+1, first)
		if st != scanOK || key == nil {
			return value, st
		}
		if escaped {
			key = appendUnescaped(nil, key)
		}
		if i, st = take(key, value); st != scanOK {
			return i, st
		}
		var done bool
		if i, done, st = afterValue(b, i, '}'); done || st != scanOK {
			return i, st
		}
	}
}

func (r *ctRecord) member(key, value []byte) {
	if field := r.field(key); field != nil {
		setText(field, value)
		return
	}
	switch string(key) {
	case "userIdentity":
		r.user = ctUser{}
		if r.misshapen = value[0] != '{' && value[0] != 'n'; value[0] == '{' {
			r.user.parse(value, 0)
		}
	case "requestParameters":
		r.parameters = value
	case "responseElements":
		r.response = value
	case "resources":
		r.resources = value
	case "readOnly":
		setFlag(&r.readOnly, value)
	case "managementEvent":
		setFlag(&r.management, value)
	default:
		r.wrapper(key, value)
	}
}

func (r *ctRecord) field(key []byte) *text {
	switch string(key) {
	case "eventID":
		return &r.eventID
	case "eventTime":
		return &r.eventTime
	case "eventSource":
		return &r.eventSource
	case "eventName":
		return &r.eventName
	case "eventType":
		return &r.eventType
	case "eventCategory":
		return &r.eventCategory
	case "awsRegion":
		return &r.region
	case "sourceIPAddress":
		return &r.address
	case "userAgent":
		return &r.userAgent
	case "errorCode":
		return &r.errorCode
	case "errorMessage":
		return &r.errorMessage
	case "requestID":
		return &r.requestID
	case "recipientAccountId":
		return &r.account
	}
	return nil
}

func (u *ctUser) member(key, value []byte) {
	switch string(key) {
	case "type":
		setText(&u.kind, value)
	case "principalId":
		setText(&u.principal, value)
	case "arn":
		setText(&u.arn, value)
	case "accountId":
		setText(&u.account, value)
	case "accessKeyId":
		setText(&u.key, value)
	case "userName":
		setText(&u.name, value)
	case "invokedBy":
		setText(&u.invokedBy, value)
	case "sessionContext":
		u.issuer = nil
	case "onBehalfOf":
		u.onBehalfOf = nil
		if value[0] == '{' {
			members(value, u.behalf)
		}
	}
}

// parse reads the object at b[i] and returns the position behind it.
func (u *ctUser) parse(b []byte, i int) (int, scanStatus) {
	*u = ctUser{}
	return eachMember(b, i, func(key []byte, at int) (int, scanStatus) {
		if b[at] == '{' && string(key) == "sessionContext" {
			return u.session(b, at)
		}
		end, st := skipValue(b, at, 2)
		if st == scanOK {
			u.member(key, b[at:end])
		}
		return end, st
	})
}

func (u *ctUser) session(b []byte, i int) (int, scanStatus) {
	u.issuer = nil
	return eachMember(b, i, func(key []byte, at int) (int, scanStatus) {
		if string(key) != "sessionIssuer" {
			return skipValue(b, at, 3)
		}
		if u.issuer = nil; b[at] != '{' {
			return skipValue(b, at, 3)
		}
		return u.issued(b, at)
	})
}

func (u *ctUser) issued(b []byte, i int) (int, scanStatus) {
	return eachMember(b, i, func(key []byte, at int) (int, scanStatus) {
		end, st := skipValue(b, at, 4)
		if st == scanOK && string(key) == "arn" {
			setText(&u.issuer, b[at:end])
		}
		return end, st
	})
}

func (u *ctUser) behalf(key, value []byte) {
	if string(key) == "userId" {
		setText(&u.onBehalfOf, value)
	}
}

func setText(dst *text, value []byte) {
	if *dst = nil; value[0] == '"' {
		*dst = text(value[1 : len(value)-1])
	}
}

func setFlag(dst *flag, value []byte) {
	switch string(value) {
	case "true", `"true"`, `"True"`:
		*dst = flagTrue
	case "false", `"false"`, `"False"`:
		*dst = flagFalse
	default:
		*dst = flagUnset
	}
}
