package records

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

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
	subject string // Of what is said about all files.
	limit   int
	kept    map[Reason][]keptProblem
	count   map[Reason]int
}

type keptProblem struct {
	at      position
	message string
}

func newProblemLog(name string, limit int) *problemLog {
	return &problemLog{subject: name + " files", limit: limit, kept: map[Reason][]keptProblem{}, count: map[Reason]int{}}
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
				Code: string(reason), Subject: l.subject,
				Message: fmt.Sprintf("%d more of this kind are counted and not listed", more),
			})
		}
	}
	return out
}
