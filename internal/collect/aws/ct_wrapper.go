package aws

import "bytes"

// wrapper takes what is not part of a record itself: LookupEvents and shippers
// carry the record as a JSON string, EventBridge and Elasticsearch as an object.
func (r *ctRecord) wrapper(key, value []byte) {
	switch string(key) {
	case "@timestamp", "EventTime", "time", "timestamp":
		r.outerTime(value)
	case "CloudTrailEvent", "eventJson", "eventData", "message", "_raw", "log":
		switch value[0] {
		case '"':
			setText(&r.inner, value)
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
	setText(&r.timestamp, value)
	if r.epoch = nil; value[0] == '-' || isDigit(value[0]) {
		r.epoch = value
	}
}

// wraps reports whether the record proper stands within this object.
func (r *ctRecord) wraps() bool {
	return r.eventName == nil && r.eventSource == nil && (r.inner != nil || r.detail != nil)
}

// unwrap parses the record within and hands the wrapper's time down to it. The
// text of an inner record is decoded into arena, which is returned.
func (r *ctRecord) unwrap(arena []byte) (inner ctRecord, raw, grown []byte, st scanStatus) {
	raw = r.detail
	if r.inner != nil {
		start := len(arena)
		arena = appendUnescaped(arena, r.inner)
		raw = arena[start:]
	}
	i := skipSpace(raw, 0)
	if i >= len(raw) || raw[i] != '{' {
		return inner, raw, arena, scanBad
	}
	end, list, st := inner.parse(raw, i)
	if st == scanOK && (list || skipSpace(raw, end) != len(raw)) {
		st = scanBad
	}
	if inner.timestamp == nil && inner.epoch == nil {
		inner.timestamp, inner.epoch = r.timestamp, r.epoch
	}
	return inner, raw, arena, st
}

// parseRow reads a row of CloudTrail Lake's GetQueryResults at b[i]: a list of
// objects with one column each.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html
func (r *ctRecord) parseRow(b []byte, i int) (int, scanStatus) {
	end, st := skipArray(b, i, 1)
	if st != scanOK {
		return end, st
	}
	for i = skipSpace(b, i+1); b[i] != ']'; i = skipSpace(b, i) {
		if b[i] == ',' {
			i++
			continue
		}
		start := i
		i, _ = skipValue(b, i, 2)
		if b[start] == '{' {
			members(b[start:i], r.member)
		}
	}
	return end, scanOK
}

// isRows reports whether the text before a list of records names it as rows of
// a query.
func isRows(b []byte) bool { return bytes.Contains(b, []byte(`"QueryResultRows"`)) }
