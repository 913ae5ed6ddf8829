package records

import (
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// Format is what one cloud's logs have that others don't.
type Format interface {
	// Describe returns what is known of the logs before any is read.
	Describe() Description
	// NewParser returns a parser for one worker. The options have their
	// defaults, but for a Catalog that was left out, which the format chooses.
	NewParser(o *Options) Parser
}

// Description is what is known of a cloud's logs before any is read. Only Name
// is required.
type Description struct {
	// Name of the logs in messages: "CloudTrail", "Azure", "Google Cloud audit".
	// Messages read "read CloudTrail events from …", "give CloudTrail's JSON
	// files".
	Name string
	// Limit says how large the cloud's own records are at most, for the message
	// about one that is too large: "CloudTrail's own records are below 256 KiB".
	Limit string
	// Begins are the raw texts of the first member by which a record shows
	// itself behind a damaged one, as `"eventVersion"`. Without any, reading goes
	// on at the next line or behind the damaged record's brackets.
	Begins []string
	// TableWords are words, in lower case, of which a table of text (CSV) has
	// one in its first line.
	TableWords []string
	// OfFile are reasons that refuse the file rather than a record: the record
	// is not counted, the file is.
	OfFile []Reason
	// Quiet are reasons that are counted without a problem, since nothing is
	// amiss.
	Quiet []Reason
	// DeliveryTime returns the time that a file's path tells, if it tells one.
	// Files of one day are read together.
	DeliveryTime func(path string) (time.Time, bool)
}

// List tells what an array at the top of a document is.
type List uint8

// The kinds of lists.
const (
	NoList    List = iota // Part of a record.
	OfRecords             // Each element is a record, or an object with a list in turn.
	OfRows                // Each element is a row of a table: an array that is a record.
)

// Parser turns records into events. It belongs to one goroutine and may keep
// what speeds it up: strings that repeat, answers of the catalogue. It may also
// be a [Scanner], an [Unwrapper] or a [Tabler].
//
// For each record as it stands in the file the calls are, in this order: Scan
// (of a Scanner), Unwrap (of an Unwrapper) with depth 0; for each record within
// it that Unwrap returns, the same with the next depth; and Event for the
// innermost. Where something is wrong the calls end early, so begin anew at
// depth 0.
type Parser interface {
	// List tells what an array under a key at the top of a document is. The key
	// is unescaped, and so is called often: be quick.
	List(key []byte) List

	// Event fills ev from one record: a JSON object that was checked, or an array
	// where it is a row of a table. A reason other than "" means that the record
	// is refused, for what the message says; [NoRecord] that it is none, as an
	// empty list, and not counted.
	//
	// It begins with *ev = auditlog.Event{Resources: ev.Resources[:0], …}: the
	// memory is used again. Raw is valid only during the call, and so nothing of
	// the event but Raw may point into it. Time, Cloud, Name and Mapping are
	// needed; an event without ID gets the hash of its raw text; Raw is set by
	// the caller, and times ahead of Options.Now are refused by it.
	Event(ev *auditlog.Event, raw []byte) (Reason, string)
}

// Scanner is a Parser that checks a record and takes its parts in one pass,
// which is faster than one pass to find its end and another in Event.
type Scanner interface {
	Parser
	// Scan reads the object at b[i] (or the array, where it is a row of a table)
	// and returns the position behind it, having noted what Event needs: slices
	// of b, which stay valid until Event returns. Where the object is not a record
	// but has a list, it returns the kind of list and the position of its opening
	// bracket. A status other than OK is at the position of what is wrong; after
	// Short it is called again, from the beginning and with more. See
	// [jsonscan.EachMember].
	Scan(b []byte, i int) (end int, list List, st jsonscan.Status)
}

// Unwrapper is a Parser whose records may stand within others: as a JSON string
// of a shipper's message, or as an object in an envelope.
type Unwrapper interface {
	Parser
	// Unwrap returns the text within raw, if raw only wraps it: a record, or a
	// document with a list of them. Text that has to be decoded is appended to
	// arena, which is returned grown; inner may be part of it. What the parser
	// wants to know of the wrapper (its time) it notes here.
	Unwrap(raw []byte, depth int, arena []byte) (inner, grown []byte, ok bool)
}

// Tabler is a Parser of tables, whose columns stand before the rows.
type Tabler interface {
	Parser
	// Table begins a list of rows. Head is the text of the object around it, from
	// its brace up to the list's opening bracket, and valid only during the call.
	// The rows that follow are given to Event.
	Table(head []byte)
}
