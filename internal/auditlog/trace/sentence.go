package trace

import (
	"fmt"
	"slices"
	"strings"
)

// tell gives each edge its sentence.
func (b *builder) tell(edges []Edge) {
	for i := range edges {
		e := &edges[i]
		e.Sentence = sentence(e, b.nodes[e.From], b.nodes[e.To])
	}
}

// phrase is what a kind of edge says: done where any of it succeeded, tried
// where all of it failed. {from} and {to} stand for the nodes.
type phrase struct{ done, tried string }

func phraseOf(k Kind, to *Node) phrase {
	switch k {
	case ActedFrom:
		if to.Kind == AccessKey || to.Type == "temporary keys" {
			return phrase{"{to} was used from {from}", "{to} was used from {from}"}
		}
		return phrase{"{to} acted from {from}", "{to} acted from {from}"}
	case UsedKey:
		return phrase{"{from} was used as {to}", "{from} was used as {to}"}
	case SessionOf:
		return phrase{"{to} acted with the permissions of {from}", "{to} acted with the permissions of {from}"}
	case RunsAs:
		return phrase{"{from} runs as {to}", "{from} was to run as {to}"}
	case SignedIn:
		return phrase{"{to} signed in from {from}", "{to} could not sign in from {from}"}
	case AssumedRole:
		if to.Kind == AccessKey {
			return phrase{"{from} was given {to}", "{from} asked in vain for {to}"}
		}
		if to.Kind == Service {
			return phrase{"{from} began a session", "{from} tried to begin sessions"}
		}
		return phrase{"{from} began {to}", "{from} tried to assume {to}"}
	case CreatedCredential:
		return credentialPhrase(to)
	case CreatedIdentity:
		return phrase{"{from} created {to}", "{from} tried to create {to}"}
	case ChangedPolicy:
		return phrase{"{from} changed the permissions of {to}", "{from} tried to change the permissions of {to}"}
	case SharedResource:
		return phrase{"{from} changed who can reach {to}", "{from} tried to change who can reach {to}"}
	case PassedRole:
		if to.Kind == Identity {
			return phrase{"{from} passed {to} to a service", "{from} tried to pass {to} to a service"}
		}
		return phrase{"{from} passed a role to {to}", "{from} tried to pass a role to {to}"}
	case RanCode:
		if to.Type == "function" {
			return phrase{"{from} changed the code of {to}", "{from} tried to change the code of {to}"}
		}
		return phrase{"{from} ran code on {to}", "{from} tried to run code on {to}"}
	case SensitiveRead, WeakenedDefences, Removed, Deleted, Refused, Discovery, Other:
	}
	return restPhrase(k)
}

func credentialPhrase(to *Node) phrase {
	switch {
	case to.Kind == AccessKey:
		return phrase{"{from} created {to}", "{from} tried to create {to}"}
	case to.Type == "instance":
		return phrase{"{from} fetched the password of {to}", "{from} tried to fetch the password of {to}"}
	case to.Kind == Identity:
		return phrase{"{from} gave {to} a credential", "{from} tried to give {to} a credential"}
	}
	return phrase{"{from} made a way in at {to}", "{from} tried to make a way in at {to}"}
}

func restPhrase(k Kind) phrase {
	switch k {
	case SensitiveRead:
		return phrase{"{from} read {to}", "{from} tried to read {to}"}
	case WeakenedDefences:
		return phrase{"{from} weakened defences at {to}", "{from} tried to weaken defences at {to}"}
	case Removed:
		return phrase{"{from} removed a way in at {to}", "{from} tried to remove a way in at {to}"}
	case Deleted:
		return phrase{"{from} deleted things of {to}", "{from} tried to delete things of {to}"}
	case Refused:
		return phrase{"{from} was refused by {to}", "{from} was refused by {to}"}
	case Discovery:
		return phrase{"{from} looked around in {to}", "{from} tried to look around in {to}"}
	case ActedFrom, UsedKey, SessionOf, RunsAs, SignedIn, AssumedRole, CreatedCredential, CreatedIdentity,
		ChangedPolicy, SharedResource, PassedRole, RanCode, Other:
	}
	return phrase{"{from} did other things at {to}", "{from} tried other things at {to}"}
}

func sentence(e *Edge, from, to *Node) string {
	p := phraseOf(e.Kind, to)
	switch {
	case e.Kind == Removed && to.Kind == Identity:
		p = removedPhrase(e)
	case e.Kind == WeakenedDefences && !weakens(e):
		p = phrase{"{from} changed defences at {to}", "{from} tried to change defences at {to}"}
	case e.Kind == CreatedCredential && to.Kind == AccessKey && !e.makesKey():
		p = phrase{"{from} switched on {to}", "{from} tried to switch on {to}"}
	case e.Kind == SensitiveRead && to.Type == "key":
		p = phrase{"{from} decrypted with {to}", "{from} tried to decrypt with {to}"}
	}
	text := p.done
	if e.Failed == e.Count {
		text = p.tried
	}
	text = strings.NewReplacer("{from}", from.spoken(), "{to}", to.spoken()).Replace(text)
	if e.Context {
		return text + counted(e)
	}
	text += ": " + callsOf(e) + counted(e)
	if len(e.Named) > 0 {
		text += ", naming " + strings.Join(e.Named, ", ")
	}
	return text
}

// removedPhrase tells an identity from its credentials.
func removedPhrase(e *Edge) phrase {
	whole, part := 0, 0
	for _, c := range e.Calls {
		if slices.Contains(removesWhole(), c.Name) {
			whole++
		} else {
			part++
		}
	}
	switch {
	case part == 0:
		return phrase{"{from} removed {to}", "{from} tried to remove {to}"}
	case whole == 0:
		return phrase{"{from} removed a credential of {to}", "{from} tried to remove a credential of {to}"}
	}
	return phrase{"{from} removed {to} and a credential of it", "{from} tried to remove {to} and a credential of it"}
}

// removesWhole returns the calls that remove an identity.
func removesWhole() []string {
	return []string{
		"iam:DeleteUser", "iam:DeleteRole", "iam:DeleteServiceLinkedRole", "iam:DeleteServiceAccount",
		"Microsoft.aadiam:Delete user", "Microsoft.aadiam:Hard Delete user", "Microsoft.aadiam:Delete application",
		"Microsoft.aadiam:Remove service principal", "Microsoft.aadiam:Hard delete service principal",
		"Microsoft.ManagedIdentity:userAssignedIdentities/delete",
	}
}

// weakens reports whether one of the calls takes something away. What others,
// such as PutBucketLogging, did is in their parameters.
func weakens(e *Edge) bool {
	return slices.ContainsFunc(e.Calls, func(c Call) bool {
		_, name, _ := strings.Cut(c.Name, ":")
		worked := c.Failed < c.Count || e.Failed == e.Count
		if strings.HasSuffix(strings.ToLower(name), "/delete") { // Azure's verb is the last part.
			return worked
		}
		return worked && slices.ContainsFunc([]string{"Delete", "Stop", "Disable", "Disassociate", "Deactivate", "Leave", "Remove", "Detach", "BatchDisable"},
			func(verb string) bool { return strings.HasPrefix(name, verb) })
	})
}

func (e *Edge) has(call string) bool {
	return slices.ContainsFunc(e.Calls, func(c Call) bool { return c.Name == call })
}

// makesKey reports whether the edge has calls that make long-lived keys.
func (e *Edge) makesKey() bool {
	return slices.ContainsFunc([]string{
		"iam:CreateAccessKey", "lightsail:CreateBucketAccessKey", "iam:CreateServiceAccountKey", "iam:UploadServiceAccountKey",
		"Microsoft.aadiam:Add service principal credentials",
		"Microsoft.aadiam:Update application – Certificates and secrets management",
		"Microsoft.aadiam:Update application - Certificates and secrets management",
	}, e.has)
}

// spoken is how a sentence names the node.
func (n *Node) spoken() string {
	switch n.Kind {
	case Identity:
		if n.Type == "root" {
			return n.Title
		}
		return strings.TrimSpace(n.Type + " " + n.Title)
	case Session:
		if n.Type == "temporary keys" {
			return "a temporary key of " + n.Subtitle
		}
		if n.Subtitle == "" {
			return "session " + n.Title
		}
		return "session " + n.Title + " of " + n.Subtitle
	case AccessKey:
		if n.Subtitle != "" {
			return n.Type + " " + n.Title + " of " + n.Subtitle
		}
		return n.Type + " " + n.Title
	case Resource:
		if len(n.Members) > 0 || n.Type == "" {
			return n.Title
		}
		return n.Type + " " + n.Title
	case Account:
		return "account " + n.Title
	case Address, Service, More:
	}
	return n.Title
}

// callsOf lists the most frequent calls.
func callsOf(e *Edge) string {
	const most = 4
	var parts []string
	for _, c := range e.Calls[:min(most, len(e.Calls))] {
		part := c.Name
		if c.Count > 1 {
			part = fmt.Sprintf("%s × %d", c.Name, c.Count)
		}
		parts = append(parts, part)
	}
	if rest := e.CallsTotal - len(parts); rest > 0 {
		parts = append(parts, plural(rest, "more kind")+" of call")
	}
	return strings.Join(parts, ", ")
}

// counted says how many calls failed.
func counted(e *Edge) string {
	switch {
	case e.Context && e.Count > 1:
		return fmt.Sprintf(" (%d events)", e.Count)
	case e.Context || e.Failed == 0:
		return ""
	case e.Failed == 1 && e.Count == 1:
		return " (" + failure(e) + ")"
	case e.Failed == e.Count:
		return fmt.Sprintf(" (all %d %s)", e.Count, failure(e))
	}
	return fmt.Sprintf(" (%d of %d %s)", e.Failed, e.Count, failure(e))
}

func failure(e *Edge) string {
	switch e.Denied {
	case 0:
		return "failed"
	case e.Failed:
		return "denied"
	}
	return fmt.Sprintf("failed, %d denied", e.Denied)
}
