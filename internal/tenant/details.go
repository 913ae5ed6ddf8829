package tenant

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// The shapes of `aws iam get-account-authorization-details`, in the order of
// its fields.
// See https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
type (
	attachedPolicy struct{ PolicyName, PolicyArn string }
	boundaryDetail struct{ PermissionsBoundaryType, PermissionsBoundaryArn string }
	policyDetail   struct {
		PolicyName     string
		PolicyDocument json.RawMessage
	}
	userDetail struct {
		Path, UserName, UserId, Arn, CreateDate string //nolint:revive // AWS's own spelling.

		UserPolicyList          []policyDetail `json:",omitempty"`
		GroupList               []string
		AttachedManagedPolicies []attachedPolicy
		PermissionsBoundary     *boundaryDetail `json:",omitempty"`
		Tags                    []tag
	}
	groupDetail struct {
		Path, GroupName, GroupId, Arn, CreateDate string //nolint:revive // AWS's own spelling.

		GroupPolicyList         []policyDetail
		AttachedManagedPolicies []attachedPolicy
	}
	roleHead struct {
		Path, RoleName, RoleId, Arn, CreateDate string //nolint:revive // AWS's own spelling.

		AssumeRolePolicyDocument json.RawMessage
	}
	instanceProfile struct {
		Path, InstanceProfileName, InstanceProfileId, Arn, CreateDate string //nolint:revive // AWS's own spelling.

		Roles []roleHead
	}
	lastUsedDetail struct {
		LastUsedDate string `json:",omitempty"`
		Region       string `json:",omitempty"`
	}
	roleDetail struct {
		roleHead
		InstanceProfileList     []instanceProfile
		RolePolicyList          []policyDetail
		AttachedManagedPolicies []attachedPolicy
		PermissionsBoundary     *boundaryDetail `json:",omitempty"`
		Tags                    []tag
		RoleLastUsed            lastUsedDetail
	}
	policyVersion struct {
		Document         json.RawMessage
		VersionId        string //nolint:revive // AWS's own spelling.
		IsDefaultVersion bool
		CreateDate       string
	}
	managedDetail struct {
		PolicyName, PolicyId, Arn, Path, DefaultVersionId string //nolint:revive // AWS's own spelling.

		AttachmentCount, PermissionsBoundaryUsageCount int
		IsAttachable                                   bool
		CreateDate, UpdateDate                         string
		PolicyVersionList                              []policyVersion
	}
)

// list writes one list of a document, an element a line.
type list struct {
	out   *bufio.Writer
	first bool
	err   error
}

// lists writes documents of the form {"A":[…],"B":[…]}.
type lists struct {
	out  *bufio.Writer
	some bool
}

func (l *lists) open(name string) *list {
	before := "{\n"
	if l.some {
		before = "\n],\n"
	}
	l.some = true
	_, _ = l.out.WriteString(before) // Errors stay until close.
	_, _ = l.out.WriteString(strconv.Quote(name) + ": [")
	return &list{out: l.out, first: true}
}

func (l *lists) close() error {
	_, _ = l.out.WriteString("\n]\n}\n")
	return l.out.Flush() // Reports the first error of all writes.
}

func (l *list) add(v any) {
	text, err := json.Marshal(v)
	if err != nil && l.err == nil {
		l.err = err
	}
	if !l.first {
		_ = l.out.WriteByte(',')
	}
	l.first = false
	_ = l.out.WriteByte('\n')
	_, _ = l.out.Write(text)
}

// writeDetails writes who is in an account and what is attached to them.
func (w *world) writeDetails(a *account, out io.Writer) error {
	l := &lists{out: bufio.NewWriterSize(out, 1<<16)}
	attached := attachments{policies: map[string]int{}, boundaries: map[string]int{}}
	users := l.open("UserDetailList")
	for i := range a.users {
		x := w.user(a, i)
		attached.count(x.managed, x.boundary)
		users.add(x.userDetail())
	}
	groups := l.open("GroupDetailList")
	for i, g := range w.groups(a) {
		attached.count(g.managed, "")
		groups.add(w.groupDetail(g, i))
	}
	roles := l.open("RoleDetailList")
	for i := range a.roles {
		x := w.role(a, i)
		attached.count(x.managed, x.boundary)
		roles.add(w.roleDetail(x))
	}
	policies := l.open("Policies")
	w.addPolicies(a, attached, policies)
	for _, part := range []*list{users, groups, roles, policies} {
		if part.err != nil {
			return part.err
		}
	}
	return l.close()
}

func (x *identity) userDetail() userDetail {
	return userDetail{
		Path: x.path, UserName: x.name, UserId: x.id, Arn: x.arn, CreateDate: date(x.created), UserPolicyList: inlineDetails(x.inline),
		GroupList: some(x.groups), AttachedManagedPolicies: attachedPolicies(x.managed), PermissionsBoundary: boundaryOf(x), Tags: some(x.tags),
	}
}

func (w *world) groupDetail(g group, i int) groupDetail {
	created := w.opts.Until.AddDate(0, 0, -700-i)
	return groupDetail{
		Path: "/", GroupName: g.name, GroupId: g.id, Arn: g.arn, CreateDate: date(created),
		GroupPolicyList: some(inlineDetails(g.inline)), AttachedManagedPolicies: attachedPolicies(g.managed),
	}
}

func (w *world) roleDetail(x *identity) roleDetail {
	head := roleHead{Path: x.path, RoleName: x.name, RoleId: x.id, Arn: x.arn, CreateDate: date(x.created), AssumeRolePolicyDocument: json.RawMessage(x.trust)}
	d := roleDetail{
		roleHead: head, InstanceProfileList: []instanceProfile{}, RolePolicyList: some(inlineDetails(x.inline)),
		AttachedManagedPolicies: attachedPolicies(x.managed), PermissionsBoundary: boundaryOf(x), Tags: some(x.tags),
	}
	if x.trusted == "ec2.amazonaws.com" || x.trusted == "provisioning" {
		d.InstanceProfileList = append(d.InstanceProfileList, instanceProfile{
			Path: "/", InstanceProfileName: x.name, InstanceProfileId: x.profileID(), Arn: x.profileARN(), CreateDate: date(x.created), Roles: []roleHead{head},
		})
	}
	if at := w.roleUsed(x); !at.IsZero() {
		d.RoleLastUsed = lastUsedDetail{date(at), region(x.team)}
	}
	return d
}

// roleUsed returns when a role was last used: by itself, or by the functions
// and instances that run as it.
func (w *world) roleUsed(x *identity) time.Time {
	last := x.lastUsed
	if at := w.lastUse(x).any; at.After(last) {
		last = at
	}
	for holder := range w.holders(x) {
		if at := w.lastUse(holder).any; at.After(last) {
			last = at
		}
	}
	return last
}

func (x *identity) profileARN() string { return x.acct.iamARN("instance-profile/" + x.name) }

func (x *identity) profileID() string { return draw.CloudID(x.rand("profile"), "AIPA", 17) }

func inlineDetails(list []inlinePolicy) []policyDetail {
	var details []policyDetail
	for _, p := range list {
		details = append(details, policyDetail{p.name, json.RawMessage(p.document)})
	}
	return details
}

func attachedPolicies(arns []string) []attachedPolicy {
	details := []attachedPolicy{}
	for _, arn := range arns {
		details = append(details, attachedPolicy{lastPart(arn), arn})
	}
	return details
}

func boundaryOf(x *identity) *boundaryDetail {
	if x.boundary == "" {
		return nil
	}
	return &boundaryDetail{"Policy", x.boundary}
}

// date writes a time as the AWS command line does.
func date(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05+00:00") }

// some returns an empty list for none, as AWS writes it.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
