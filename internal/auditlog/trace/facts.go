package trace

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// facts are what the parameters and the answer of a call tell.
type facts struct {
	target, targetType string    // ARN of what was acted upon, and its type.
	role               string    // ARN of the role that was assumed or passed.
	session            string    // Name of the session that began.
	created            string    // ARN of the user or role that was created.
	password           string    // ARN of the user whose password was set.
	enabled            string    // Key that was switched on again.
	machines           []machine // What runs on behalf of the caller from now on.
	named              []string  // Whom and what a change of permissions names.
}

// machine is an instance or a function. The sessions of its role bear its id or
// name: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-iam-roles.html,
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html.
type machine struct{ arn, session, role string }

func extract(ev *auditlog.Event, kind Kind) facts {
	f := facts{}
	if ev.Cloud == entitlement.Azure || ev.Cloud == entitlement.GCP {
		f.elsewhere(ev, kind)
		return f
	}
	f.pickTarget(ev, kind)
	if kind == ChangedPolicy || kind == SharedResource || kind == CreatedIdentity {
		f.named = named(ev, f.target)
	}
	switch kind {
	case AssumedRole:
		f.begun(ev)
	case CreatedIdentity:
		// What a service does with its own role is none of the caller's doing.
		if isIdentity(f.target) && ev.Name != "CreateServiceLinkedRole" {
			f.created = withPath(ev, f.target)
		}
	case CreatedCredential:
		f.credential(ev)
	case PassedRole, RanCode:
		f.role = roleIn(ev)
		f.findMachines(ev)
	case ActedFrom, UsedKey, SessionOf, RunsAs, SignedIn, ChangedPolicy, SharedResource, SensitiveRead,
		WeakenedDefences, Removed, Deleted, Refused, Discovery, Other:
	}
	return f
}

// credential reads whose credential was made. Who names no user means itself.
func (f *facts) credential(ev *auditlog.Event) {
	if f.target == "" && ev.Source == "iam.amazonaws.com" && isUser(string(ev.Identity)) {
		f.target, f.targetType = string(ev.Identity), "user"
	}
	switch callName(ev.Name) {
	case "CreateLoginProfile", "UpdateLoginProfile":
		if isIdentity(f.target) {
			f.password = f.target
		}
	case "UpdateAccessKey":
		words(ev, func(w string) {
			if longLived(entitlement.AccessKeyID(w)) {
				f.enabled = w
			}
		})
	}
}

// begun reads which session of which role a call began.
func (f *facts) begun(ev *auditlog.Event) {
	f.role = roleIn(ev)
	words(ev, func(w string) {
		if _, rest, ok := strings.Cut(w, ":assumed-role/"); ok && strings.HasPrefix(w, "arn:") {
			_, f.session, _ = strings.Cut(rest, "/")
		}
		if _, name, ok := strings.Cut(w, ":federated-user/"); ok && strings.HasPrefix(w, "arn:") {
			f.session = name
		}
	})
}

// pickTarget chooses among the resources of an event, else what the answer or
// the refusal names.
func (f *facts) pickTarget(ev *auditlog.Event, kind Kind) {
	best, most := -1, -1
	for i := range ev.Resources {
		if n := weight(ev, kind, &ev.Resources[i]); n > most {
			best, most = i, n
		}
	}
	if best >= 0 {
		r := ev.Resources[best]
		f.target, f.targetType = string(r.ID), typeOf(string(r.ID), r.Type)
		if bucket := bucketOf(f.target); bucket != f.target {
			f.target, f.targetType = bucket, "bucket"
		}
		return
	}
	if want := arnPart(kind, callName(ev.Name)); want != "" {
		words(ev, func(w string) {
			if f.target == "" && strings.HasPrefix(w, "arn:") && strings.Contains(w, want) {
				f.target, f.targetType = w, typeOf(w, "")
			}
		})
	}
	if refused := refusedResource(ev.ErrorText); f.target == "" && refused != "" {
		f.target, f.targetType = refused, typeOf(refused, "")
	}
}

// refusedResource reads the ARN in a message such as "… is not authorized to
// perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/x".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func refusedResource(message string) string {
	_, rest, ok := strings.Cut(message, " on resource: ")
	if !ok || !strings.HasPrefix(rest, "arn:") {
		return ""
	}
	arn, _, _ := strings.Cut(rest, " ")
	return bucketOf(strings.TrimRight(arn, ".,"))
}

// weight prefers what a kind of call is about; what is below zero is no target.
// Resources with a type are named by a parameter of their own, others may stand
// in a policy.
func weight(ev *auditlog.Event, kind Kind, r *auditlog.Resource) int {
	arn, n := string(r.ID), 1
	if r.Type != "" {
		n++
	}
	iam := ev.Source == "iam.amazonaws.com"
	switch {
	case kind == PassedRole || kind == RanCode:
		return n + weightRunning(arn)
	case iam && isIdentity(arn):
		n += 5
	case iam && strings.Contains(arn, ":group/"):
		n += 4
	case isIdentity(arn) && kind != AssumedRole:
		n = 0
	}
	return n
}

func weightRunning(arn string) int {
	switch {
	case strings.Contains(arn, ":instance/"), strings.Contains(arn, ":function:"):
		return 4
	case isRole(arn), strings.Contains(arn, ":image/"), strings.Contains(arn, ":security-group/"),
		strings.Contains(arn, ":key-pair/"), strings.Contains(arn, ":s3:::"):
		return -9
	}
	return 2
}

// arnPart is what the ARN of the answer holds where the parameters name nothing.
func arnPart(kind Kind, name string) string {
	switch {
	case name == "CreatePolicy":
		return ":policy/"
	case kind == CreatedIdentity && name == "CreateServiceLinkedRole", kind == AssumedRole:
		return ":role/"
	case kind == CreatedCredential && strings.HasSuffix(name, "TrustAnchor"):
		return ":trust-anchor/"
	}
	return ""
}

func roleIn(ev *auditlog.Event) string {
	for _, r := range ev.Resources {
		if isRole(string(r.ID)) {
			return string(r.ID)
		}
	}
	role := ""
	words(ev, func(w string) {
		if role == "" && strings.HasPrefix(w, "arn:") && isRole(w) {
			role = w
		}
	})
	if refused := refusedResource(ev.ErrorText); role == "" && isRole(refused) {
		role = refused
	}
	return role
}

// withPath returns the ARN of the answer that stands for the one put together
// from a name.
func withPath(ev *auditlog.Event, arn string) string {
	full := arn
	words(ev, func(w string) {
		if strings.HasPrefix(w, "arn:") && isIdentity(w) && pathless(w) == pathless(arn) {
			full = w
		}
	})
	return full
}

// findMachines notes instances and functions: those that were named, and those
// that the answer says were started.
func (f *facts) findMachines(ev *auditlog.Event) {
	add := func(arn, session string) {
		for _, m := range f.machines {
			if m.session == session {
				return
			}
		}
		f.machines = append(f.machines, machine{arn: arn, session: session, role: f.role})
	}
	for _, r := range ev.Resources {
		arn := string(r.ID)
		if _, id, ok := strings.Cut(arn, ":instance/"); ok && strings.Contains(arn, ":ec2:") {
			add(arn, id)
		}
		if _, name, ok := strings.Cut(arn, ":function:"); ok {
			name, _, _ = strings.Cut(name, ":")
			add(arn, name)
		}
	}
	if callName(ev.Name) != "RunInstances" {
		return
	}
	words(ev, func(w string) {
		if isInstance(w) {
			add("arn:"+partition(ev)+":ec2:"+ev.Region+":"+string(ev.System)+":instance/"+w, w)
		}
	})
	if len(f.machines) > 0 {
		f.target, f.targetType = f.machines[0].arn, "instance"
	}
}

// isInstance recognises the id of an instance, i- and 8 or 17 hexadecimal digits.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
func isInstance(w string) bool {
	digits, ok := strings.CutPrefix(w, "i-")
	return ok && (len(digits) == 8 || len(digits) == 17) && strings.Trim(digits, "0123456789abcdef") == ""
}

// partition returns that of the caller's ARN: aws, aws-cn, aws-us-gov.
func partition(ev *auditlog.Event) string { return partitionOf(string(ev.Identity)) }

func partitionOf(arn string) string {
	if f := strings.SplitN(arn, ":", 3); len(f) == 3 && f[0] == "arn" {
		return f[1]
	}
	return "aws"
}
