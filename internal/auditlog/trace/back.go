package trace

import (
	"context"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// origins is what to look for when going back: keys that someone issued,
// identities that someone created, instances and functions that someone started.
// An instance is known by its id, a function by its ARN.
type origins map[string]bool

// originBatch is how many origins one query asks for.
const originBatch = 2000

// back looks for who issued the keys, created the identities and started the
// machines of the trace, and then for the same of those callers, step by step.
func (w *walk) back(ctx context.Context) error {
	known := origins{}
	for range max(w.start.Back, 0) {
		wanted := w.wanted(known)
		if len(wanted) == 0 {
			return nil
		}
		for chunk := range slices.Chunk(wanted, originBatch) {
			if len(w.steps) >= w.start.MaxEvents {
				return nil
			}
			if err := w.askOrigins(ctx, chunk); err != nil {
				return err
			}
		}
	}
	return nil
}

// wanted returns what events of the trace come from and was not looked for yet,
// and notes it as known. What the trace itself saw begin is left out.
func (w *walk) wanted(known origins) []string {
	for _, s := range w.steps {
		if !s.failed() {
			known.begun(s)
		}
	}
	var wanted []string
	note := func(v string) {
		if askable(v) && !known[v] {
			known[v] = true
			wanted = append(wanted, v)
		}
	}
	note(string(w.start.AccessKey))
	for _, s := range w.steps {
		note(string(s.AccessKey))
		if id := pathless(string(s.Identity)); isIdentity(id) && !strings.HasSuffix(id, ":root") {
			note(id)
		}
		note(machineOf(s))
	}
	slices.Sort(wanted)
	return wanted
}

// begun notes what an event made.
func (o origins) begun(s *step) {
	for _, k := range s.Issued {
		o[string(k)] = true
	}
	if s.facts.created != "" {
		o[pathless(s.facts.created)] = true
	}
	if s.kind == PassedRole {
		for _, m := range s.facts.machines {
			o[m.session], o[m.arn] = true, true
		}
	}
}

// machineOf returns the machine whose session it is: an instance's bears its
// id, a function's is begun by Lambda.
func machineOf(s *step) string {
	switch {
	case isInstance(s.Session):
		return s.Session
	case s.kind == AssumedRole && s.InvokedBy == "lambda.amazonaws.com" && s.facts.session != "":
		return "arn:" + partitionOf(s.facts.role) + ":lambda:" + s.Region + ":" + string(s.System) + ":function:" + s.facts.session
	}
	return ""
}

func isFunction(arn string) bool { return strings.Contains(arn, ":function:") }

// createsFunction are the names that Lambda's call has had.
func createsFunction() []string { return []string{"CreateFunction20150331", "CreateFunction"} }

// askOrigins reads the events that made what is wanted.
func (w *walk) askOrigins(ctx context.Context, wanted []string) error {
	set := map[string]bool{}
	var keys, arns, instances, functions, accounts, objects []string
	for _, v := range wanted {
		set[v] = true
		switch {
		case isAccount(v):
			accounts = append(accounts, v)
		case entitlement.IsGUID(v): // A key of an application or an object of the directory.
			keys, objects = append(keys, v), append(objects, v)
		case isIdentity(v):
			arns = append(arns, v)
		case isFunction(v):
			functions = append(functions, v)
		case isInstance(v):
			instances = append(instances, v)
		default:
			keys = append(keys, v)
		}
	}
	anyOf := oneOf(query.Issued, keys)
	anyOf = append(anyOf, made(query.Resource, query.In, arns, "CreateUser", "CreateRole")...)
	anyOf = append(anyOf, made(query.Resource, query.In, functions, createsFunction()...)...)
	anyOf = append(anyOf, made(query.Resource, query.In, objects, madeInEntra()...)...)
	asked := [][]query.Node{anyOf}
	for some := range slices.Chunk(accounts, query.MaxWords) {
		asked = append(asked, made(query.Text, query.Contains, some, createsAccount))
	}
	for some := range slices.Chunk(instances, query.MaxWords) {
		asked = append(asked, made(query.Text, query.Contains, some, "RunInstances"))
	}
	for _, anyOf := range asked {
		if len(anyOf) == 0 {
			continue
		}
		if _, _, err := w.read(ctx, w.query(w.earlier(), anyOf), func(ev *auditlog.Event) bool { return isOrigin(ev, set) }, 0); err != nil {
			return err
		}
	}
	return nil
}

// createsAccount is the method that creates a service account of Google Cloud.
const createsAccount = "google.iam.admin.v1.CreateServiceAccount"

// madeInEntra returns the operations that make identities and credentials.
func madeInEntra() []string {
	var names []string
	for _, kind := range []Kind{CreatedIdentity, CreatedCredential} {
		for name := range strings.Lines(operationsOfEntra()[kind]) {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// made asks for calls of some names that are about one of the values.
func made(f query.Field, op query.Operator, values []string, calls ...string) []query.Node {
	if len(values) == 0 {
		return nil
	}
	return []query.Node{{All: append(oneOf(query.Name, calls), query.Node{Field: f, Operator: op, Values: values})}}
}

// isOrigin reports whether an event made something of the set.
func isOrigin(ev *auditlog.Event, set map[string]bool) bool {
	if ev.Outcome != auditlog.Success {
		return false
	}
	for _, k := range ev.Issued {
		if set[string(k)] {
			return true
		}
	}
	found := false
	switch {
	case ev.Cloud == entitlement.Azure && slices.Contains(madeInEntra(), ev.Name):
		for _, r := range ev.Resources {
			found = found || set[principalOf(string(r.ID))]
		}
	case ev.Name == createsAccount:
		words(ev, func(w string) { found = found || set[strings.ToLower(w)] })
	case ev.Name == "RunInstances":
		words(ev, func(w string) { found = found || set[w] })
	case in("CreateUser CreateRole", ev.Name) || slices.Contains(createsFunction(), ev.Name):
		for _, r := range ev.Resources {
			found = found || set[pathless(string(r.ID))]
		}
	}
	return found
}
