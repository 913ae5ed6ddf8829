package trigger_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/config"
)

// Whatever a file says, it is refused or it is a trigger that can be asked for.
func FuzzDefinition(f *testing.F) {
	f.Add("own: [{name: a, where: 'outcome:denied', severity: info}]")
	f.Add("use: [{name: shipped, values: {users: [a], roles: []}, where: {field: id, op: exists}}]")
	f.Add("own: [{name: a, where: 'user:$x', severity: info, parameters: [{name: x, values: ['a\"b', '*']}], systems: [012345678901]}]")
	f.Add("own: [{name: a, where: {not: {any: [{field: address, op: in_cidr, values: [10.0.0.0/8]}]}}, severity: critical}]")
	f.Fuzz(func(t *testing.T, text string) {
		var file triggerFile
		if err := config.DecodeStrict(strings.NewReader(text), &file); err != nil {
			return
		}
		list, err := trigger.Configure([]trigger.Definition{shipped()}, file.Use, file.Own)
		if err != nil {
			return
		}
		for i := range list {
			q := list[i].Query()
			if err := q.Validate(); err != nil {
				t.Errorf("%s passed as valid: %v", text, err)
			}
			if _, err := logsql.Filter(list[i].Condition(), meaning()); err != nil {
				t.Errorf("%s can't be asked for: %v", text, err)
			}
		}
	})
}
