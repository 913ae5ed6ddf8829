package records

// Reason tells why a record or a file was refused. The set is bounded: it is
// the label of a metric and the code of a problem.
type Reason string

// The reasons.
const (
	InvalidJSON      Reason = "invalid_json"      // A record is not JSON.
	PythonRepr       Reason = "python_repr"       // A record is a Python literal.
	CSV              Reason = "csv"               // A file is a table of text.
	NotJSON          Reason = "not_json"          // A file is something else.
	MissingField     Reason = "missing_field"     // A record lacks its time, the call's name or its source.
	BadTime          Reason = "bad_time"          // A record's time cannot be read.
	Future           Reason = "future"            // A record is later than now.
	Duplicate        Reason = "duplicate"         // An event was delivered before.
	Oversize         Reason = "oversize"          // A record exceeds the size limit.
	UnsupportedShape Reason = "unsupported_shape" // A record's parts are not as the cloud writes them.
	Digest           Reason = "digest"            // A CloudTrail digest file.
	Insight          Reason = "insight"           // A CloudTrail Insights event.
	NotAudit         Reason = "not_audit"         // A record of another log than an audit log.
	Begun            Reason = "begun"             // The start of an operation whose end is a record of its own.
	Truncated        Reason = "truncated"         // A file ends within a record or a list.
	TruncatedGzip    Reason = "truncated_gzip"    // A compressed file ends early.
	CorruptGzip      Reason = "corrupt_gzip"      // A compressed file is damaged.
	EmptyFile        Reason = "empty_file"        // A file holds nothing.
	EmptyDirectory   Reason = "empty_directory"   // A directory holds no log files.
	Unreadable       Reason = "unreadable"        // A file cannot be opened or read.
)

// NoRecord is what [Parser.Event] returns of something that is no record, as an
// object with an empty list. It is not counted, and never in [Stats].
const NoRecord Reason = "no_record"

// Reasons returns all reasons that are counted, so that each can be a series
// from the start.
func Reasons() []Reason {
	return []Reason{
		InvalidJSON, PythonRepr, CSV, NotJSON, MissingField, BadTime, Future, Duplicate, Oversize,
		UnsupportedShape, Digest, Insight, NotAudit, Begun, Truncated, TruncatedGzip, CorruptGzip, EmptyFile,
		EmptyDirectory, Unreadable,
	}
}
