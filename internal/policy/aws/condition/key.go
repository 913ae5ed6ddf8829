package condition

import "strings"

// KeyKind tells apart the context keys that follow from who calls what, so that
// a Source answers them without comparing names.
type KeyKind uint8

// The context keys that follow from who calls what, and all others, as in
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
const (
	Other                     KeyKind = iota
	PrincipalArn                      // Key aws:PrincipalArn.
	PrincipalAccount                  // Key aws:PrincipalAccount.
	PrincipalType                     // Key aws:PrincipalType.
	PrincipalOrgID                    // Key aws:PrincipalOrgID.
	PrincipalOrgPaths                 // Key aws:PrincipalOrgPaths; has several values.
	PrincipalTag                      // Keys aws:PrincipalTag/x; x is in Key.Tag.
	PrincipalIsAWSService             // Key aws:PrincipalIsAWSService.
	PrincipalServiceName              // Key aws:PrincipalServiceName.
	PrincipalServiceNamesList         // Key aws:PrincipalServiceNamesList; has several values.
	UserID                            // Key aws:userid.
	Username                          // Key aws:username.
	ResourceAccount                   // Key aws:ResourceAccount.
	ResourceOrgID                     // Key aws:ResourceOrgID.
	ResourceOrgPaths                  // Key aws:ResourceOrgPaths; has several values.
	ResourceTag                       // Keys aws:ResourceTag/x, iam:ResourceTag/x and those of other services.
	TokenIssueTime                    // Key aws:TokenIssueTime.
	SourceArn                         // Key aws:SourceArn.
	SourceAccount                     // Key aws:SourceAccount.
	SourceOrgID                       // Key aws:SourceOrgID.
	SourceOrgPaths                    // Key aws:SourceOrgPaths; has several values.
	RoleSessionName                   // Key sts:RoleSessionName.
	PassedToService                   // Key iam:PassedToService.
)

// Key is the name of a context key.
type Key struct {
	Name string // All of it in lower case, such as "aws:principaltag/team".
	Tag  string // What follows a slash, in lower case, such as "team".
	Kind KeyKind
}

// newKey resolves a name as a policy writes it; case does not matter.
func newKey(name string) Key {
	k := Key{Name: strings.ToLower(name)}
	prefix, tag, slash := strings.Cut(k.Name, "/")
	k.Tag = tag
	switch {
	case !slash:
		k.Kind = plainKind(k.Name)
	case prefix == "aws:principaltag":
		k.Kind = PrincipalTag
	case strings.HasSuffix(prefix, ":resourcetag"):
		k.Kind = ResourceTag
	}
	return k
}

func plainKind(name string) KeyKind {
	switch name {
	case "sts:rolesessionname":
		return RoleSessionName
	case "iam:passedtoservice":
		return PassedToService
	case "aws:tokenissuetime":
		return TokenIssueTime
	case "aws:userid":
		return UserID
	case "aws:username":
		return Username
	case "aws:sourcearn":
		return SourceArn
	case "aws:sourceaccount":
		return SourceAccount
	case "aws:sourceorgid":
		return SourceOrgID
	case "aws:sourceorgpaths":
		return SourceOrgPaths
	}
	return principalOrResourceKind(name)
}

func principalOrResourceKind(name string) KeyKind {
	switch name {
	case "aws:principalarn":
		return PrincipalArn
	case "aws:principalaccount":
		return PrincipalAccount
	case "aws:principaltype":
		return PrincipalType
	case "aws:principalorgid":
		return PrincipalOrgID
	case "aws:principalorgpaths":
		return PrincipalOrgPaths
	case "aws:principalisawsservice":
		return PrincipalIsAWSService
	case "aws:principalservicename":
		return PrincipalServiceName
	case "aws:principalservicenameslist":
		return PrincipalServiceNamesList
	case "aws:resourceaccount":
		return ResourceAccount
	case "aws:resourceorgid":
		return ResourceOrgID
	case "aws:resourceorgpaths":
		return ResourceOrgPaths
	}
	return Other
}
