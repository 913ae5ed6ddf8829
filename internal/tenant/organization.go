package tenant

import (
	"encoding/json"
	"io"
)

// The shapes of organization.json: answers of the Organizations API under one
// roof, each account, unit and policy with where it hangs.
// See https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
type (
	organizationFile struct {
		Organization        organizationHead
		Roots               []organizationRoot
		OrganizationalUnits []organizationUnit
		Accounts            []organizationAccount
		Policies            []organizationPolicy
	}
	organizationHead struct {
		Id, Arn, FeatureSet, MasterAccountArn, MasterAccountId, MasterAccountEmail string //nolint:revive // AWS's own spelling.
	}
	organizationRoot struct {
		Id, Arn, Name string //nolint:revive // AWS's own spelling.
		PolicyTypes   []policyType
	}
	policyType       struct{ Type, Status string }
	organizationUnit struct {
		Id, Arn, Name, ParentId string //nolint:revive // AWS's own spelling.
	}
	organizationAccount struct {
		Id, Arn, Email, Name, Status, JoinedMethod, ParentId string //nolint:revive // AWS's own spelling.
	}
	organizationPolicy struct {
		PolicySummary policySummary
		Content       string
		Targets       []policyTarget
	}
	policySummary struct {
		Id, Arn, Name, Description, Type string //nolint:revive // AWS's own spelling.
		AwsManaged                       bool
	}
	policyTarget struct {
		TargetId, Arn, Name, Type string //nolint:revive // AWS's own spelling.
	}
)

const (
	organizationID = "o-exampleorg1"
	rootID         = "r-ex4m"
	productionOU   = "ou-ex4m-prod0001"
	developmentOU  = "ou-ex4m-deve0001"
)

// guardrail is the control over the development unit: everybody there keeps
// the trail and stays in the organisation, and large machines are refused
// outside Europe.
const guardrail = `{"Version":"2012-10-17","Statement":[` +
	`{"Sid":"KeepTheTrail","Effect":"Deny","Action":["cloudtrail:DeleteTrail","cloudtrail:StopLogging","organizations:LeaveOrganization"],"Resource":"*"},` +
	`{"Sid":"MachinesInEurope","Effect":"Deny","Action":"ec2:RunInstances","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}}]}`

const allowEverything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// writeOrganization writes the tree with its service control policies.
func (w *world) writeOrganization(out io.Writer) error {
	base := "arn:aws:organizations::" + managementAccount + ":"
	file := organizationFile{
		Organization: organizationHead{
			Id: organizationID, Arn: base + "organization/" + organizationID, FeatureSet: "ALL", MasterAccountId: managementAccount,
			MasterAccountArn: base + "account/" + organizationID + "/" + managementAccount, MasterAccountEmail: "aws-management@example.com",
		},
		Roots: []organizationRoot{{
			Id: rootID, Arn: base + "root/" + organizationID + "/" + rootID, Name: "Root",
			PolicyTypes: []policyType{{"SERVICE_CONTROL_POLICY", "ENABLED"}},
		}},
		OrganizationalUnits: []organizationUnit{
			{productionOU, base + "ou/" + organizationID + "/" + productionOU, "Production", rootID},
			{developmentOU, base + "ou/" + organizationID + "/" + developmentOU, "Development", rootID},
		},
	}
	for _, a := range w.accounts {
		parent := developmentOU
		if a.production() {
			parent = productionOU
		}
		file.Accounts = append(file.Accounts, organizationAccount{
			Id: a.id, Arn: base + "account/" + organizationID + "/" + a.id, Email: a.email, Name: a.name, Status: "ACTIVE", JoinedMethod: "CREATED", ParentId: parent,
		})
	}
	file.Policies = w.controls(base, file)
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(file)
}

// controls returns the service control policies with what they hang on.
func (w *world) controls(base string, f organizationFile) []organizationPolicy {
	full := organizationPolicy{
		PolicySummary: policySummary{
			"p-FullAWSAccess", "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess", "FullAWSAccess",
			"Allows access to every operation", "SERVICE_CONTROL_POLICY", true,
		},
		Content: allowEverything,
		Targets: []policyTarget{{f.Roots[0].Id, f.Roots[0].Arn, f.Roots[0].Name, "ROOT"}},
	}
	for _, u := range f.OrganizationalUnits {
		full.Targets = append(full.Targets, policyTarget{u.Id, u.Arn, u.Name, "ORGANIZATIONAL_UNIT"})
	}
	for _, a := range f.Accounts {
		full.Targets = append(full.Targets, policyTarget{a.Id, a.Arn, a.Name, "ACCOUNT"})
	}
	development := f.OrganizationalUnits[1]
	return []organizationPolicy{full, {
		PolicySummary: policySummary{
			"p-guard0001", base + "policy/" + organizationID + "/service_control_policy/p-guard0001", "development-guardrail",
			"What nobody in development may do", "SERVICE_CONTROL_POLICY", false,
		},
		Content: guardrail,
		Targets: []policyTarget{{development.Id, development.Arn, development.Name, "ORGANIZATIONAL_UNIT"}},
	}}
}
