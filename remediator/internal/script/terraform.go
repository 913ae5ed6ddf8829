package script

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/leastward/leastward/remediator/internal/change"
)

// Terraform returns the state that the plan leads to as Terraform's JSON
// configuration (a file that ends in .tf.json), for the AWS provider 5.72 or
// later. Terraform has no resource that takes a user out of a group, nor one
// that sets a single tag; these operations stand in its comment.
func Terraform(p *change.Plan) ([]byte, error) {
	user := userName(p.Subject.Identity)
	target := p.Target()
	attached, inline := []string{}, []string{}
	policies := map[string]any{}
	for _, key := range sortedKeys(target) {
		switch kind, name := change.SplitKey(key); kind {
		case change.AttachedPolicy:
			attached = append(attached, escape(name))
		case change.InlinePolicy:
			inline = append(inline, escape(name))
			policies[label(len(policies))] = map[string]any{"user": escape(user), "name": escape(name), "policy": escape(target[key])}
		case change.Membership, change.Tag, change.Boundary:
		}
	}
	resources := map[string]any{
		"aws_iam_user_policy_attachments_exclusive": map[string]any{"user": map[string]any{"user_name": escape(user), "policy_arns": attached}},
		"aws_iam_user_policies_exclusive":           map[string]any{"user": map[string]any{"user_name": escape(user), "policy_names": inline}},
	}
	if len(policies) > 0 {
		resources["aws_iam_user_policy"] = policies
	}
	return indent(map[string]any{"//": remarks(p), "resource": resources})
}

// remarks says what the configuration does not cover.
func remarks(p *change.Plan) []string {
	lines := []string{"Leastward: read-only status for " + string(p.Subject.Identity) + ", plan " + p.Version}
	for _, o := range p.Operations {
		if o.Kind == change.Membership || o.Kind == change.Tag {
			lines = append(lines, "not covered: "+o.String())
		}
	}
	return append(lines, p.Notes...)
}

// JSON returns the plan itself.
func JSON(p *change.Plan) ([]byte, error) { return indent(p) }

func indent(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return out.Bytes(), err
}

// escape keeps Terraform from taking a text for a template, see
// https://developer.hashicorp.com/terraform/language/syntax/json.
func escape(s string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(s)
}
