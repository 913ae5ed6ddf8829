package command

import (
	"fmt"

	"github.com/alecthomas/kingpin/v2"

	aws "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
)

// logFiles are the flags that name files of logs, of every cloud.
type logFiles struct {
	flags []*logFlag
}

// logFlag is one of them.
type logFlag struct {
	name   string
	format records.Format
	paths  []string
}

// add adds the flags. Where says in the place of what they are, "" or
// ", instead of …".
func (l *logFiles) add(c *kingpin.CmdClause, where string) {
	for _, one := range []struct {
		name, what string
		format     records.Format
	}{
		{"aws.cloudtrail", "CloudTrail records", aws.CloudTrail{}},
		{"azure.logs", "Activity, Entra and resource logs of Azure", azure.Logs{}},
		{"gcp.logs", "Audit logs of Google Cloud", gcp.AuditLogs{}},
	} {
		flag := &logFlag{name: one.name, format: one.format}
		c.Flag(one.name, one.what+where+": a file, a directory or a glob, compressed or not. Repeatable.").StringsVar(&flag.paths)
		l.flags = append(l.flags, flag)
	}
}

// given reports whether any was given.
func (l *logFiles) given() bool {
	for _, flag := range l.flags {
		if len(flag.paths) > 0 {
			return true
		}
	}
	return false
}

// bytes returns how many bytes of files there are.
func (l *logFiles) bytes() (total int64, err error) {
	err = l.each(func(path string, format records.Format) error {
		n, err := records.Bytes(path, format)
		total += n
		return err
	})
	return total, err
}

// each calls visit for every path. Its error names the flag.
func (l *logFiles) each(visit func(path string, format records.Format) error) error {
	for _, flag := range l.flags {
		for _, path := range flag.paths {
			if err := visit(path, flag.format); err != nil {
				return fmt.Errorf("--%s: %w", flag.name, err)
			}
		}
	}
	return nil
}
