package aws

import "github.com/leastward/leastward/internal/collect/records/jsonscan"

// wrapper takes what is not part of a record itself: LookupEvents and shippers
// carry the record as a JSON string, EventBridge and Elasticsearch as an object.
func (r *ctRecord) wrapper(key, value []byte) {
	switch string(key) {
	case "@timestamp", "EventTime", "time", "timestamp":
		r.outerTime(value)
	case "CloudTrailEvent", "eventJson", "eventData", "message", "_raw", "log":
		switch value[0] {
		case '"':
			r.inner.Set(value)
		case '{':
			r.detail = value
		}
	case "detail", "_source":
		if value[0] == '{' {
			r.detail = value
		}
	case "digestS3Object", "logFiles":
		r.digest = true
	case "Records", "Events":
		r.emptyList = value[0] == 'n'
	}
}

func (r *ctRecord) outerTime(value []byte) {
	r.timestamp.Set(value)
	if r.epoch = nil; value[0] == '-' || jsonscan.IsDigit(value[0]) {
		r.epoch = value
	}
}

// wraps reports whether the record proper stands within this object.
func (r *ctRecord) wraps() bool {
	return r.eventName == nil && r.eventSource == nil && (r.inner != nil || r.detail != nil)
}

// within returns the text of the record within. A JSON string is decoded into
// arena, which is returned.
func (r *ctRecord) within(arena []byte) (inner, grown []byte) {
	if r.inner == nil {
		return r.detail, arena
	}
	start := len(arena)
	arena = jsonscan.AppendUnescaped(arena, r.inner)
	return arena[start:], arena
}

// inherit takes the time of the wrapper unless the record has one.
func (r *ctRecord) inherit(outer outerTime) {
	if r.timestamp == nil && r.epoch == nil {
		r.timestamp, r.epoch = outer.timestamp, outer.epoch
	}
}

// parseRow reads a row of CloudTrail Lake's GetQueryResults at b[i]: a list of
// objects with one column each.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html
func (r *ctRecord) parseRow(b []byte, i int) (int, jsonscan.Status) {
	end, st := jsonscan.SkipArray(b, i, 1)
	if st != jsonscan.OK {
		return end, st
	}
	for i = jsonscan.SkipSpace(b, i+1); b[i] != ']'; i = jsonscan.SkipSpace(b, i) {
		if b[i] == ',' {
			i++
			continue
		}
		start := i
		i, _ = jsonscan.SkipValue(b, i, 2)
		if b[start] == '{' {
			jsonscan.Members(b[start:i], r.member)
		}
	}
	return end, jsonscan.OK
}
