package script

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/change"
)

// Shell returns a POSIX shell script that carries out the plan with the AWS
// CLI. It stops at the first error and before it touches a wrong account.
func Shell(p *change.Plan) string {
	return shell(p, "read-only status for", p.Operations)
}

// RollBack returns a script that takes all of the plan back.
func RollBack(p *change.Plan) string {
	return shell(p, "take back read-only status of", p.Undo(p.Operations))
}

func shell(p *change.Plan, title string, operations []change.Operation) string {
	var out strings.Builder
	out.WriteString("#!/bin/sh\n")
	out.WriteString(comment(fmt.Sprintf("Leastward: %s %s, plan %s", title, p.Subject.Identity, p.Version)))
	for _, note := range p.Notes {
		out.WriteString(comment("Note: " + note))
	}
	account := Quote(string(p.Subject.System))
	out.WriteString("set -eu\n\n")
	fmt.Fprintf(&out, "if [ \"$(aws sts get-caller-identity --query Account --output text)\" != %s ]; then\n", account)
	fmt.Fprintf(&out, "  echo 'These credentials are not for account '%s >&2\n  exit 1\nfi\n", account)
	user := userName(p.Subject.Identity)
	for _, o := range operations {
		out.WriteString("\n")
		if o.Why != "" {
			out.WriteString(comment(o.Why))
		}
		out.WriteString(strings.Join(command(user, o), " ") + "\n")
	}
	return out.String()
}

// command returns the words of one AWS CLI command, quoted. Options and values
// are one word each, so that a value that begins with "-" stays a value.
func command(user string, o change.Operation) []string {
	words := []string{"aws", "iam"}
	option := func(name, value string) { words = append(words, Quote("--"+name+"="+value)) }
	verb := map[bool]map[change.Kind]string{
		true: {
			change.AttachedPolicy: "attach-user-policy", change.InlinePolicy: "put-user-policy",
			change.Membership: "add-user-to-group", change.Tag: "tag-user",
		},
		false: {
			change.AttachedPolicy: "detach-user-policy", change.InlinePolicy: "delete-user-policy",
			change.Membership: "remove-user-from-group", change.Tag: "untag-user",
		},
	}[o.Set][o.Kind]
	if verb == "" {
		return []string{":", Quote(o.String())}
	}
	words = append(words, verb)
	option("user-name", user)
	switch o.Kind {
	case change.AttachedPolicy:
		option("policy-arn", o.Name)
	case change.InlinePolicy:
		option("policy-name", o.Name)
		if o.Set {
			option("policy-document", o.Value)
		}
	case change.Membership:
		option("group-name", o.Name)
	case change.Tag:
		option(tagOption(o))
	case change.Boundary:
	}
	return words
}

// tagOption gives tags as JSON, which unlike the CLI's shorthand is never
// parsed further, nor taken for the name of a file.
func tagOption(o change.Operation) (name, value string) {
	if !o.Set {
		return "tag-keys", encode([]string{o.Name})
	}
	type tag struct{ Key, Value string }
	return "tags", encode([]tag{{o.Name, o.Value}})
}

func encode(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // Strings and slices of them always encode.
	}
	return string(text)
}

func userName(id entitlement.IdentityID) string {
	return string(id)[strings.LastIndexByte(string(id), '/')+1:]
}
