package aws

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// Reason tells why a record or a file was refused. The set is bounded: it is
// the label of a metric and the code of a problem.
type Reason string

// The reasons.
const (
	InvalidJSON      Reason = "invalid_json"      // A record is not JSON.
	PythonRepr       Reason = "python_repr"       // A record is a Python literal.
	CSV              Reason = "csv"               // A file is a table of text.
	NotJSON          Reason = "not_json"          // A file is something else.
	MissingField     Reason = "missing_field"     // A record lacks eventTime, eventName or eventSource.
	BadTime          Reason = "bad_time"          // A record's time cannot be read.
	Future           Reason = "future"            // A record is later than now.
	Duplicate        Reason = "duplicate"         // An event was delivered before.
	Oversize         Reason = "oversize"          // A record exceeds the size limit.
	UnsupportedShape Reason = "unsupported_shape" // A record's parts are not as CloudTrail writes them.
	Digest           Reason = "digest"            // A CloudTrail digest file.
	Insight          Reason = "insight"           // A CloudTrail Insights event.
	Truncated        Reason = "truncated"         // A file ends within a record or a list.
	TruncatedGzip    Reason = "truncated_gzip"    // A compressed file ends early.
	CorruptGzip      Reason = "corrupt_gzip"      // A compressed file is damaged.
	EmptyFile        Reason = "empty_file"        // A file holds nothing.
	EmptyDirectory   Reason = "empty_directory"   // A directory holds no log files.
	Unreadable       Reason = "unreadable"        // A file cannot be opened or read.
)

// Reasons returns all reasons, so that each can be a series from the start.
func Reasons() []Reason {
	return []Reason{
		InvalidJSON, PythonRepr, CSV, NotJSON, MissingField, BadTime, Future, Duplicate, Oversize,
		UnsupportedShape, Digest, Insight, Truncated, TruncatedGzip, CorruptGzip, EmptyFile,
		EmptyDirectory, Unreadable,
	}
}

// position is where in a file something stands.
type position struct {
	file   string
	offset int64 // In bytes, after decompression; -1 means the file as a whole.
	record int64 // Counted from 1.
}

func (p position) String() string {
	if p.offset < 0 {
		return p.file
	}
	return fmt.Sprintf("%s: record %d at byte %d", p.file, p.record, p.offset)
}

// problemLog keeps the first problems of each reason. Its owner locks it.
type problemLog struct {
	limit int
	kept  map[Reason][]keptProblem
	count map[Reason]int
}

type keptProblem struct {
	at      position
	message string
}

func newProblemLog(limit int) *problemLog {
	return &problemLog{limit: limit, kept: map[Reason][]keptProblem{}, count: map[Reason]int{}}
}

func (l *problemLog) add(reason Reason, at position, message string) {
	l.count[reason]++
	if len(l.kept[reason]) < l.limit {
		l.kept[reason] = append(l.kept[reason], keptProblem{at: at, message: message})
	}
}

// list returns the problems in a fixed order: by reason, file and position.
func (l *problemLog) list() []entitlement.Problem {
	var out []entitlement.Problem
	for _, reason := range Reasons() {
		kept := l.kept[reason]
		slices.SortFunc(kept, func(a, b keptProblem) int {
			return cmp.Or(cmp.Compare(a.at.file, b.at.file), cmp.Compare(a.at.offset, b.at.offset))
		})
		for _, k := range kept {
			out = append(out, entitlement.Problem{Code: string(reason), Subject: k.at.String(), Message: k.message})
		}
		if more := l.count[reason] - len(kept); more > 0 {
			out = append(out, entitlement.Problem{
				Code: string(reason), Subject: "CloudTrail files",
				Message: fmt.Sprintf("%d more of this kind are counted and not listed", more),
			})
		}
	}
	return out
}
