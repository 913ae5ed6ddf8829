package aws

import (
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// ctRecord holds the fields of one CloudTrail record that events are made from,
// as they stand in the document. The record contents are documented at
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html.
type ctRecord struct {
	eventID, eventTime, eventSource, eventName, eventType jsonscan.Text
	eventCategory, region, address, userAgent             jsonscan.Text
	errorCode, errorMessage, requestID, account           jsonscan.Text
	readOnly, management                                  flag
	user                                                  ctUser
	parameters, response, resources                       []byte // JSON values.

	// What shippers and exports wrap around a record.
	timestamp jsonscan.Text // "@timestamp", "EventTime" or "time" of the wrapper.
	epoch     []byte        // The same as a number of seconds.
	inner     jsonscan.Text // The record as a JSON string.
	detail    []byte        // The record as an object within.
	digest    bool          // A digest file, which lists files and holds no events.
	emptyList bool          // A list of records that holds none.
	misshapen bool          // userIdentity is there and is not an object.
}

type ctUser struct {
	kind, principal, arn, account, key, name, invokedBy jsonscan.Text
	issuer                                              jsonscan.Text // ARN of the session's issuer.
	onBehalfOf                                          jsonscan.Text // Id of an Identity Center user.
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
func (r *ctRecord) parse(b []byte, i int, kind func(key []byte) records.List) (end int, list records.List, st jsonscan.Status) {
	for first := true; ; first = false {
		key, escaped, value, st := jsonscan.NextMember(b, i+1, first)
		if st != jsonscan.OK || key == nil {
			return value, records.NoList, st
		}
		if escaped {
			key = jsonscan.AppendUnescaped(nil, key)
		}
		if b[value] == '[' {
			if list := kind(key); list != records.NoList {
				return value, list, jsonscan.OK
			}
		}
		if b[value] == '{' && string(key) == "userIdentity" {
			i, st = r.user.parse(b, value)
			r.misshapen = false
		} else if i, st = jsonscan.SkipValue(b, value, 1); st == jsonscan.OK {
			r.member(key, b[value:i])
		}
		if st != jsonscan.OK {
			return i, records.NoList, st
		}
		var done bool
		if i, done, st = jsonscan.AfterValue(b, i, '}'); done || st != jsonscan.OK {
			return i, records.NoList, st
		}
	}
}

func (r *ctRecord) member(key, value []byte) {
	if field := r.field(key); field != nil {
		field.Set(value)
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

func (r *ctRecord) field(key []byte) *jsonscan.Text {
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
		u.kind.Set(value)
	case "principalId":
		u.principal.Set(value)
	case "arn":
		u.arn.Set(value)
	case "accountId":
		u.account.Set(value)
	case "accessKeyId":
		u.key.Set(value)
	case "userName":
		u.name.Set(value)
	case "invokedBy":
		u.invokedBy.Set(value)
	case "sessionContext":
		u.issuer = nil
	case "onBehalfOf":
		u.onBehalfOf = nil
		if value[0] == '{' {
			jsonscan.Members(value, u.behalf)
		}
	}
}

// parse reads the object at b[i] and returns the position behind it.
func (u *ctUser) parse(b []byte, i int) (int, jsonscan.Status) {
	*u = ctUser{}
	return jsonscan.EachMember(b, i, func(key []byte, at int) (int, jsonscan.Status) {
		if b[at] == '{' && string(key) == "sessionContext" {
			return u.session(b, at)
		}
		end, st := jsonscan.SkipValue(b, at, 2)
		if st == jsonscan.OK {
			u.member(key, b[at:end])
		}
		return end, st
	})
}

func (u *ctUser) session(b []byte, i int) (int, jsonscan.Status) {
	u.issuer = nil
	return jsonscan.EachMember(b, i, func(key []byte, at int) (int, jsonscan.Status) {
		if string(key) != "sessionIssuer" {
			return jsonscan.SkipValue(b, at, 3)
		}
		if u.issuer = nil; b[at] != '{' {
			return jsonscan.SkipValue(b, at, 3)
		}
		return u.issued(b, at)
	})
}

func (u *ctUser) issued(b []byte, i int) (int, jsonscan.Status) {
	return jsonscan.EachMember(b, i, func(key []byte, at int) (int, jsonscan.Status) {
		end, st := jsonscan.SkipValue(b, at, 4)
		if st == jsonscan.OK && string(key) == "arn" {
			u.issuer.Set(b[at:end])
		}
		return end, st
	})
}

func (u *ctUser) behalf(key, value []byte) {
	if string(key) == "userId" {
		u.onBehalfOf.Set(value)
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
