package aws

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/change"
)

// user is an IAM user with everything that decides what it may do.
type user struct {
	ARN      string
	Name     string
	ID       string // Never reused, so that a user made anew is another one.
	Boundary string
	Tags     map[string]string
	Attached []managed
	Inline   []inline
	Groups   []group
}

type managed struct{ ARN, Document string }

type inline struct{ Name, Document string }

type group struct {
	Name     string
	Attached []managed
	Inline   []inline
}

// facts returns what of the user a plan may change or must find unchanged.
func (u *user) facts() change.Facts {
	f := change.Facts{}
	for _, p := range u.Attached {
		f[change.Key(change.AttachedPolicy, p.ARN)] = ""
	}
	for _, p := range u.Inline {
		f[change.Key(change.InlinePolicy, p.Name)] = p.Document
	}
	for _, g := range u.Groups {
		f[change.Key(change.Membership, g.Name)] = ""
	}
	for key, value := range u.Tags {
		f[change.Key(change.Tag, key)] = value
	}
	if u.Boundary != "" {
		f[change.Key(change.Boundary, "")] = u.Boundary
	}
	return f
}

// version stands for all of the user. White space between what a document says
// does not count, since not every source keeps it.
func (u *user) version() string {
	same := *u
	same.Attached, same.Inline = tighten(u.Attached, u.Inline)
	same.Groups = slices.Clone(u.Groups)
	for i := range same.Groups {
		g := &same.Groups[i]
		g.Attached, g.Inline = tighten(g.Attached, g.Inline)
	}
	text, err := json.Marshal(same)
	if err != nil {
		panic(err) // Strings, slices and maps of strings always encode.
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

func tighten(attached []managed, own []inline) ([]managed, []inline) {
	attached, own = slices.Clone(attached), slices.Clone(own)
	for i := range attached {
		attached[i].Document = tight(attached[i].Document)
	}
	for i := range own {
		own[i].Document = tight(own[i].Document)
	}
	return attached, own
}

// tight takes the white space out that stands between what a document says. What
// is no JSON stays, to be refused where it is judged.
func tight(document string) string {
	var out bytes.Buffer
	if json.Compact(&out, []byte(document)) != nil {
		return document
	}
	return out.String()
}

// userName returns the name in the ARN of an IAM user of the account, or a
// refusal: root, role sessions and federated users have nothing to change.
func (r *Reader) userName(id entitlement.IdentityID) (string, error) {
	parts := strings.SplitN(string(id), ":", 6)
	switch {
	case len(parts) != 6 || parts[0] != "arn":
		return "", change.Refuse("%s is not an ARN", id)
	case parts[4] != string(r.account):
		return "", change.Refuse("%s is not in account %s", id, r.account)
	case parts[2] == "sts":
		return "", change.Refuse("%s is a session, not a user: its permissions belong to its role or its identity provider", id)
	case parts[5] == "root":
		return "", change.Refuse("%s is the account's root user, whose permissions no policy limits", id)
	case parts[2] != "iam" || !strings.HasPrefix(parts[5], "user/"):
		return "", change.Refuse("%s is not an IAM user; this playbook is for users alone", id)
	}
	return parts[5][strings.LastIndexByte(parts[5], '/')+1:], nil
}

// user reads a user. Lists are sorted and none is nil, so that the same state
// reads the same, whatever the source.
func (r *Reader) user(ctx context.Context, id entitlement.IdentityID) (*user, error) {
	name, err := r.userName(id)
	if err != nil {
		return nil, err
	}
	u, err := r.source.user(ctx, name)
	if gone, ok := errors.AsType[*goneError](err); ok {
		return nil, change.Refuse("user %s, or something of it, %s", id, gone.what)
	} else if err != nil {
		return nil, fmt.Errorf("read user %s: %w", id, err)
	}
	if u.ARN != string(id) {
		return nil, change.Refuse("user %s is now %s: another user has its name", id, u.ARN)
	}
	u.normalise()
	return u, nil
}

func (u *user) normalise() {
	u.Attached, u.Inline = sortManaged(u.Attached), sortInline(u.Inline)
	u.Groups = slices.SortedFunc(slices.Values(u.Groups), func(a, b group) int { return strings.Compare(a.Name, b.Name) })
	for i := range u.Groups {
		g := &u.Groups[i]
		g.Attached, g.Inline = sortManaged(g.Attached), sortInline(g.Inline)
	}
	if u.Groups == nil {
		u.Groups = []group{}
	}
	if u.Tags == nil {
		u.Tags = map[string]string{}
	}
}

func sortManaged(list []managed) []managed {
	sorted := append([]managed{}, list...)
	slices.SortFunc(sorted, func(a, b managed) int { return strings.Compare(a.ARN, b.ARN) })
	return sorted
}

func sortInline(list []inline) []inline {
	sorted := append([]inline{}, list...)
	slices.SortFunc(sorted, func(a, b inline) int { return strings.Compare(a.Name, b.Name) })
	return sorted
}
