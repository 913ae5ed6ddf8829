package escalation_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/escalation"
)

// stage is an account in which each path has a target: an administrator of
// every kind that a path can end at. The actor is a user, or a role for the
// paths that only a role can go.
func stage(p escalation.Path) (world, *entitlement.Identity) {
	w := newWorld(home)
	w.add("group/team")
	w.add("group/admins", everything)
	w.add("user/chief", everything)
	chief := w.get("user/chief")
	chief.Console, chief.MFA = entitlement.Yes, entitlement.No
	switch p.ID {
	case "iam-003":
		chief.Keys = []entitlement.AccessKey{{ID: "AKIA1"}, {ID: "AKIA2"}}
	case "iam-004":
		chief.Console = entitlement.No
	}
	services := append([]string{"nobody.amazonaws.com"}, p.Services...)
	w.role("boss", `{"Service":["`+strings.Join(services, `","`)+`"]}`, everything)
	w.Profiles["arn:aws:iam::"+home+":instance-profile/boss"] = w.arn("role/boss")
	w.workload(entitlement.Function, "f", "boss")
	w.workload(entitlement.Instance, "i-1", "boss")
	w.role("chef", principal("arn:aws:iam::"+home+":root"), allow("s3:GetObject", "*"))
	chef := w.get("role/chef")
	chef.Policies = append(chef.Policies, w.managed("chef", allow("s3:GetObject", "*")))
	if p.ID == "sts-001" {
		chef.Policies = append(chef.Policies, w.inline(chef.ID, "all", everything))
	}
	if strings.HasPrefix(p.ID, "cloudformation-00") {
		w.role("executor", principal(w.arn("role/boss")), everything)
	}
	kind := "user/actor"
	if p.Needs[0].On == escalation.Self && strings.Contains(p.Name, "Role") {
		kind = "role/actor"
	}
	actor := w.add(kind)
	if kind == "user/actor" {
		actor.Groups = []entitlement.IdentityID{w.arn("group/team")}
	}
	return w, actor
}

// grant gives the actor a policy of the account's own, which the paths on
// policies need.
func (w world) grant(actor *entitlement.Identity, statements string) {
	actor.Policies = append(actor.Policies, w.managed("actor", statements))
}

// requirements lists the permissions of a path as one action pattern list.
func requirements(p escalation.Path, without int) string {
	var out []string
	for i, n := range p.Needs {
		if i != without {
			out = append(out, string(n.Action))
		}
	}
	return strings.Join(out, " ")
}

// Each path is found where all that it needs is granted.
func TestEachPathIsFound(t *testing.T) {
	t.Parallel()
	for _, p := range escalation.Paths() {
		t.Run(p.ID, func(t *testing.T) {
			t.Parallel()
			w, actor := stage(p)
			id := actor.ID
			w.grant(actor, allow(requirements(p, -1), "*"))
			found := of(find(w)[id], p.ID)
			if len(found) == 0 {
				t.Fatalf("not found; found %q", lines(find(w)[id]))
			}
			if !strings.Contains(found[0], " admin") {
				t.Errorf("found %q, want an end with everything", found)
			}
			if conditional, want := strings.Contains(found[0], " if ["), p.Exists != "" && p.ID != "ssm-001" && p.ID != "ssm-002"; conditional != want {
				t.Errorf("found %q, conditional = %t, want %t", found, conditional, want)
			}
		})
	}
}

// Each path is lost with any one of its permissions: left out, denied by a
// policy, by a control policy, by a boundary, or granted elsewhere only.
func TestNoPathWithoutEachPermission(t *testing.T) {
	t.Parallel()
	for _, p := range escalation.Paths() {
		t.Run(p.ID, func(t *testing.T) {
			t.Parallel()
			for i, n := range p.Needs {
				action := string(n.Action)
				for name, change := range map[string]func(world, *entitlement.Identity){
					"left out": func(w world, a *entitlement.Identity) { w.grant(a, allow("s3:ListBucket "+requirements(p, i), "*")) },
					"denied": func(w world, a *entitlement.Identity) {
						w.grant(a, allow(requirements(p, -1), "*")+","+deny(action, "*"))
					},
					"denied by a control policy": func(w world, a *entitlement.Identity) {
						w.grant(a, allow(requirements(p, -1), "*"))
						w.control(deny(action, "*"))
					},
					"outside of the boundary": func(w world, a *entitlement.Identity) {
						w.grant(a, allow(requirements(p, -1), "*"))
						a.Boundary = w.inline(a.ID, "boundary", `{"Effect":"Allow","NotAction":"`+action+`","Resource":"*"}`)
					},
					"granted elsewhere": func(w world, a *entitlement.Identity) {
						if n.On == escalation.Any {
							return
						}
						elsewhere := "arn:aws:*:*:" + other + ":*"
						w.grant(a, allow("s3:ListBucket "+requirements(p, i), "*")+","+allow(action, elsewhere))
					},
				} {
					w, actor := stage(p)
					id := actor.ID
					change(w, actor)
					if got := of(find(w)[id], p.ID); len(got) > 0 {
						t.Errorf("%s %s: found %q", action, name, got)
					}
				}
			}
		})
	}
}

// A path that needs a role which a service may assume is lost where none
// trusts it.
func TestNoPathWithoutTrust(t *testing.T) {
	t.Parallel()
	for _, p := range escalation.Paths() {
		if len(p.Services) == 0 || p.Runs != "" { // What runs as the role shows that it is trusted.
			continue
		}
		w, actor := stage(p)
		id := actor.ID
		w.grant(actor, allow(requirements(p, -1), "*"))
		w.get("role/boss").Trust = trust(service("nobody.amazonaws.com"))
		if got := of(find(w)[id], p.ID); len(got) > 0 {
			t.Errorf("%s: found %q", p.ID, got)
		}
	}
}

// Who has everything has nothing to gain, and neither has who finds nobody
// with more.
func TestNoPathWithoutGain(t *testing.T) {
	t.Parallel()
	for _, p := range escalation.Paths() {
		w, actor := stage(p)
		id := actor.ID
		w.grant(actor, everything)
		if got := find(w)[id]; len(got) > 0 {
			t.Errorf("%s: an administrator escalates by %q", p.ID, lines(got))
		}
		if p.Category == escalation.SelfEscalation || slices.ContainsFunc(p.Needs, func(n escalation.Permission) bool {
			return strings.Contains(string(n.Action), "Policy") && n.Action != "iam:UpdateAssumeRolePolicy"
		}) {
			continue // Whoever may give, gives more.
		}
		w, actor = stage(p)
		w.grant(actor, allow(requirements(p, -1)+" s3:GetObject", "*"))
		for i := range w.Identities {
			if w.Identities[i].ID != id {
				w.Identities[i].Policies = []entitlement.PolicyID{w.inline(w.Identities[i].ID, "weak", allow("s3:GetObject sts:GetCallerIdentity", "*"))}
			}
		}
		if got := of(find(w)[id], p.ID); len(got) > 0 {
			t.Errorf("%s: found %q, though nobody has more", p.ID, got)
		}
	}
}
