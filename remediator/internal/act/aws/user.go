package aws

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

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

func (u *user) version() string {
	text, err := json.Marshal(u)
	if err != nil {
		panic(err) // Strings, slices and maps of strings always encode.
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// userName returns the name in the ARN of an IAM user of the account, or a
// refusal: root, role sessions and federated users have nothing to change.
func (r *Reader) userName(id entitlement.IdentityID) (string, error) {
	parts := strings.SplitN(string(id), ":", 6)
	switch {
	case len(parts) != 6 || parts[0] != "arn":
		return "", change.Refuse("%s is not an ARN", id)
	case parts[4] != string(r.account.ID):
		return "", change.Refuse("%s is not in account %s", id, r.account.ID)
	case parts[2] == "sts":
		return "", change.Refuse("%s is a session, not a user: its permissions belong to its role or its identity provider", id)
	case parts[5] == "root":
		return "", change.Refuse("%s is the account's root user, whose permissions no policy limits", id)
	case parts[2] != "iam" || !strings.HasPrefix(parts[5], "user/"):
		return "", change.Refuse("%s is not an IAM user; this playbook is for users alone", id)
	}
	return parts[5][strings.LastIndexByte(parts[5], '/')+1:], nil
}

// user reads a user. Lists are sorted, so that the same state reads the same.
func (r *Reader) user(ctx context.Context, id entitlement.IdentityID) (*user, error) {
	name, err := r.userName(id)
	if err != nil {
		return nil, err
	}
	u, err := r.readUser(ctx, name)
	if err != nil {
		if gone, ok := errors.AsType[*types.NoSuchEntityException](err); ok {
			return nil, change.Refuse("user %s, or something of it, was deleted meanwhile: %s", id, gone.ErrorMessage())
		}
		return nil, fmt.Errorf("read user %s: %w", id, fault(err))
	}
	if u.ARN != string(id) {
		return nil, change.Refuse("user %s is now %s: another user has its name", id, u.ARN)
	}
	return u, nil
}

func (r *Reader) readUser(ctx context.Context, name string) (*user, error) {
	raw, err := r.api.user(ctx, name)
	if err != nil {
		return nil, err
	}
	u := &user{ARN: aws.ToString(raw.Arn), Name: name, ID: aws.ToString(raw.UserId), Tags: map[string]string{}}
	if raw.PermissionsBoundary != nil {
		u.Boundary = aws.ToString(raw.PermissionsBoundary.PermissionsBoundaryArn)
	}
	for _, t := range raw.Tags {
		u.Tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	documents := map[string]string{} // By ARN: groups often share policies.
	attached, err := r.api.attachedToUser(ctx, name)
	if err != nil {
		return nil, err
	}
	if u.Attached, err = r.documents(ctx, attached, documents); err != nil {
		return nil, err
	}
	if u.Inline, err = r.api.inlineOfUser(ctx, name); err != nil {
		return nil, err
	}
	sortInline(u.Inline)
	u.Groups, err = r.groups(ctx, name, documents)
	return u, err
}

func (r *Reader) groups(ctx context.Context, user string, documents map[string]string) ([]group, error) {
	names, err := r.api.groupsOfUser(ctx, user)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	groups := make([]group, len(names))
	for i, name := range names {
		g := group{Name: name}
		attached, err := r.api.attachedToGroup(ctx, name)
		if err != nil {
			return nil, err
		}
		if g.Attached, err = r.documents(ctx, attached, documents); err != nil {
			return nil, err
		}
		if g.Inline, err = r.api.inlineOfGroup(ctx, name); err != nil {
			return nil, err
		}
		sortInline(g.Inline)
		groups[i] = g
	}
	return groups, nil
}

func (r *Reader) documents(ctx context.Context, attached []types.AttachedPolicy, known map[string]string) ([]managed, error) {
	list := make([]managed, len(attached))
	for i, p := range attached {
		arn := aws.ToString(p.PolicyArn)
		if _, ok := known[arn]; !ok {
			text, err := r.api.managed(ctx, arn)
			if err != nil {
				return nil, fmt.Errorf("managed policy %s: %w", arn, err)
			}
			known[arn] = text
		}
		list[i] = managed{ARN: arn, Document: known[arn]}
	}
	slices.SortFunc(list, func(a, b managed) int { return strings.Compare(a.ARN, b.ARN) })
	return list, nil
}

func sortInline(list []inline) {
	slices.SortFunc(list, func(a, b inline) int { return strings.Compare(a.Name, b.Name) })
}
