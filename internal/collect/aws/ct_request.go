package aws

import (
	"bytes"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// maxResources bounds the resources of one event.
const maxResources = 32

// walker visits the strings of a JSON value that jsonscan.SkipValue has passed.
type walker struct {
	scratch []byte
	// visit gets each string with the key of the object that holds it; inRole
	// tells that this key or one above it speaks of a role.
	visit func(key, value []byte, inRole bool)
}

func (w *walker) walk(b []byte, key []byte, inRole bool) {
	switch b[0] {
	case '{':
		jsonscan.Members(b, func(k, v []byte) { w.walk(v, k, inRole || speaksOfRole(k)) })
	case '[':
		for i := jsonscan.SkipSpace(b, 1); b[i] != ']'; i = jsonscan.SkipSpace(b, i) {
			if b[i] == ',' {
				i++
				continue
			}
			start := i
			i, _ = jsonscan.SkipValue(b, i, 1)
			w.walk(b[start:i], key, inRole)
		}
	case '"':
		w.visit(key, jsonscan.Text(b[1:len(b)-1]).Bytes(w.scratch), inRole)
	}
}

func speaksOfRole(key []byte) bool {
	return bytes.Contains(key, []byte("ole")) &&
		bytes.Contains(bytes.ToLower(key), []byte("role")) ||
		bytes.EqualFold(key, []byte("iamInstanceProfile")) ||
		bytes.EqualFold(key, []byte("deliverLogsPermissionArn"))
}

// worthWalking tells quickly that request parameters do not hold the name of a
// role, as most do not.
func worthWalking(parameters []byte) bool {
	return bytes.Contains(parameters, []byte("ole")) ||
		bytes.Contains(parameters, []byte("rofile")) || bytes.Contains(parameters, []byte(`\u00`))
}

// passesRole reads from the request parameters whether a call passes a role.
func (n *normaliser) passesRole(ev *auditlog.Event, parameters []byte) (passesRole bool) {
	if len(parameters) == 0 || !mayPassRole(ev) || !worthWalking(parameters) {
		return false
	}
	w := walker{scratch: n.scratch}
	w.visit = func(key, value []byte, inRole bool) {
		passesRole = passesRole || inRole && namesRole(key, value)
	}
	w.walk(parameters, nil, false)
	return passesRole
}

// mayPassRole leaves out calls that cannot pass a role or whose subject is a
// role. The one call of IAM that passes one puts it into an instance profile.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
func mayPassRole(ev *auditlog.Event) bool {
	switch {
	case ev.ReadOnly:
		return false
	case ev.Source == "iam.amazonaws.com":
		return ev.Name == "AddRoleToInstanceProfile"
	case ev.Source == "rolesanywhere.amazonaws.com":
		return ev.Name != "CreateSession"
	}
	return ev.Source != "sts.amazonaws.com" && ev.Source != "sso.amazonaws.com" &&
		ev.Source != "signin.amazonaws.com"
}

// namesRole reports whether a string below a key that speaks of a role is one:
// the ARN of a role or an instance profile, or a name where a call takes names.
func namesRole(key, value []byte) bool {
	s := string(value)
	if isARN(value) {
		return strings.Contains(s, ":iam::") &&
			(strings.Contains(s, ":role/") || strings.Contains(s, ":instance-profile/"))
	}
	switch strings.ToLower(string(key)) {
	case "role", "servicerole", "jobflowrole", "autoscalingrole", "iaminstanceprofile", "name",
		"domainiamrolename", "automationassumerole", "iamrole", "rolename":
		return s != ""
	}
	return false
}

func isARN(b []byte) bool {
	return bytes.HasPrefix(b, []byte("arn:")) && bytes.Count(b, []byte(":")) >= 5
}

// listed reads the record's own list of resources.
func (n *normaliser) listed(ev *auditlog.Event, list []byte) {
	if len(list) == 0 || list[0] != '[' {
		return
	}
	for i := jsonscan.SkipSpace(list, 1); list[i] != ']'; i = jsonscan.SkipSpace(list, i) {
		if list[i] == ',' {
			i++
			continue
		}
		start := i
		if i, _ = jsonscan.SkipValue(list, i, 1); list[start] != '{' {
			continue
		}
		var arn, kind jsonscan.Text
		jsonscan.Members(list[start:i], func(key, value []byte) {
			switch string(key) {
			case "ARN":
				arn.Set(value)
			case "type":
				kind.Set(value)
			}
		})
		if len(arn) > 0 {
			n.addResource(ev, arn.Bytes(n.scratch), kind)
		}
	}
}

func (n *normaliser) addResource(ev *auditlog.Event, arn []byte, kind jsonscan.Text) {
	if len(ev.Resources) >= maxResources {
		return
	}
	for i := range ev.Resources {
		if string(ev.Resources[i].ID) == string(arn) {
			return
		}
	}
	ev.Resources = append(ev.Resources, auditlog.Resource{
		ID: entitlement.ResourceID(n.internBytes(arn)), Type: n.intern(kind),
	})
}
