package tenant

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// record is one CloudTrail record before it is written.
type record struct {
	at           time.Time
	identity     string // The userIdentity object.
	source, name string
	kind         string // Event type; "" is AwsApiCall.
	region       string
	address      string
	agent        string
	code         string
	message      string
	params       []byte // nil is null.
	response     string // "" is null.
	additional   string // "" is left out.
	resources    []byte // The array's elements; nil is left out.
	shared       string // sharedEventID; "" is left out.
	details      string // serviceEventDetails; "" is left out.
	readOnly     bool
	data         bool
	account      string // Recipient.
}

// append writes the record as CloudTrail does: without white space, the fields
// in its order. All texts are the generator's own and need no escaping, save
// for those that quoted marks.
//
// See https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
func (e *record) append(b []byte, r *rand.Rand) []byte {
	b = append(b, `{"eventVersion":"1.11","userIdentity":`...)
	b = append(b, e.identity...)
	b = append(b, `,"eventTime":"`...)
	b = e.at.UTC().AppendFormat(b, time.RFC3339)
	b = text(b, `","eventSource":"`, e.source)
	b = text(b, `","eventName":"`, e.name)
	b = text(b, `","awsRegion":"`, e.region)
	b = text(b, `","sourceIPAddress":"`, e.address)
	b = text(b, `","userAgent":"`, e.agent)
	b = append(b, '"')
	if e.code != "" {
		b = text(b, `,"errorCode":"`, e.code)
		b = append(b, `","errorMessage":`...)
		b = strconv.AppendQuote(b, e.message)
	}
	b = object(b, `,"requestParameters":`, string(e.params))
	b = object(b, `,"responseElements":`, e.response)
	if e.additional != "" {
		b = text(b, `,"additionalEventData":`, e.additional)
	}
	if e.kind == "" {
		b = append(b, `,"requestID":"`...)
		b = append(draw.AppendUUID(b, r), '"')
	}
	b = append(b, `,"eventID":"`...)
	b = append(draw.AppendUUID(b, r), '"')
	return e.appendTail(b)
}

func (e *record) appendTail(b []byte) []byte {
	b = strconv.AppendBool(append(b, `,"readOnly":`...), e.readOnly)
	if e.resources != nil {
		b = append(b, `,"resources":[`...)
		b = append(append(b, e.resources...), ']')
	}
	kind := e.kind
	if kind == "" {
		kind = "AwsApiCall"
	}
	b = text(b, `,"eventType":"`, kind)
	b = strconv.AppendBool(append(b, `","managementEvent":`...), !e.data)
	b = text(b, `,"recipientAccountId":"`, e.account)
	b = append(b, '"')
	if e.shared != "" {
		b = append(text(b, `,"sharedEventID":"`, e.shared), '"')
	}
	if e.details != "" {
		b = text(b, `,"serviceEventDetails":`, e.details)
	}
	category := "Management"
	if e.data {
		category = "Data"
	}
	b = text(b, `,"eventCategory":"`, category)
	if e.kind == "" && e.address != e.agent { // A service's own calls carry no TLS details.
		b = text(b, `","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"`, e.source[:len(e.source)-len("amazonaws.com")])
		b = append(text(b, "", e.region), `.amazonaws.com"}}`...)
		return b
	}
	return append(b, `"}`...)
}

func text(b []byte, before, s string) []byte { return append(append(b, before...), s...) }

func object(b []byte, before, s string) []byte {
	if s == "" {
		s = "null"
	}
	return text(b, before, s)
}
