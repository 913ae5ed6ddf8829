package tenant

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// begin writes the event with which a session starts: a sign-in to the
// console, or the assumption of the role. Services assume roles far more often
// than they are worth recording here; one of four sessions shows it.
func (w *world) begin(x *identity, c caller, start time.Time, d *delivery, r *rand.Rand) {
	if x.kind == kindUser {
		if c.console {
			w.signIn(x, c, start, d)
		}
		return
	}
	role := x
	if x.runsAs != nil {
		role = x.runsAs
	}
	switch role.trusted {
	case "saml", "oidc", "vendor", "management":
	case "account":
		return // By identities of the same account that use no role name of their own.
	default:
		if r.IntN(4) > 0 {
			return
		}
	}
	w.assume(role, c, start, d, r)
}

func (w *world) signIn(x *identity, c caller, start time.Time, d *delivery) {
	mfa := "No"
	if x.mfa {
		mfa = "Yes"
	}
	d.add(&record{
		at: start.Add(-signInLead), source: "signin.amazonaws.com", name: "ConsoleLogin", kind: "AwsConsoleSignIn", region: "us-east-1",
		identity: fmt.Sprintf(`{"type":"IAMUser","principalId":%q,"arn":%q,"accountId":%q,"userName":%q}`, x.id, x.arn, x.acct.id, x.name),
		address:  c.address, agent: c.agent, response: `{"ConsoleLogin":"Success"}`,
		additional: `{"LoginTo":"https://console.aws.amazon.com/console/home","MobileVersion":"No","MFAUsed":"` + mfa + `"}`,
	})
}

// assume writes the assumption of a role by whom it trusts.
func (w *world) assume(role *identity, c caller, start time.Time, d *delivery, r *rand.Rand) {
	e := record{
		at: start, source: "sts.amazonaws.com", name: "AssumeRole", region: region(role.team),
		address: c.address, agent: c.agent, readOnly: true,
		params:    fmt.Appendf(nil, `{"roleArn":%q,"roleSessionName":%q,"durationSeconds":3600}`, role.arn, c.session),
		response:  assumed(role, c, start),
		resources: fmt.Appendf(nil, `{"accountId":%q,"type":"AWS::IAM::Role","ARN":%q}`, role.acct.id, role.arn),
	}
	switch role.trusted {
	case "saml":
		e.name = "AssumeRoleWithSAML"
		e.identity = fmt.Sprintf(`{"type":"SAMLUser","principalId":"Yk3hcuFRlBEQ=:%s","userName":%q,"identityProvider":"Yk3hcuFRlBEQ="}`, c.session, c.session)
	case "oidc":
		e.name = "AssumeRoleWithWebIdentity"
		subject := fmt.Sprintf("repo:%s/%s-services:ref:refs/heads/main", company, role.team)
		e.identity = fmt.Sprintf(`{"type":"WebIdentityUser","principalId":"%s:sts.amazonaws.com:%s","userName":%q,"identityProvider":%q}`,
			role.acct.iamARN("oidc-provider/token.actions.githubusercontent.com"), subject, subject, role.acct.iamARN("oidc-provider/token.actions.githubusercontent.com"))
	case "vendor":
		e.identity = fmt.Sprintf(`{"type":"AWSAccount","principalId":"AROAVENDORVENDORVENDO:collector","accountId":%q}`, vendorAccount)
	case "management":
		e.identity = fmt.Sprintf(`{"type":"AWSAccount","principalId":"AROAMANAGEMENTMANAGEM:audit","accountId":%q}`, managementAccount)
	default:
		e.identity = fmt.Sprintf(`{"type":"AWSService","invokedBy":%q}`, role.trusted)
		e.address, e.agent = role.trusted, role.trusted
	}
	e.shared = string(draw.AppendUUID(nil, r))
	d.add(&e)
}

// assumed is the answer to the assumption of a role: the session's key, by
// which its calls can be traced to it. AWS hides none of it but the secret.
func assumed(role *identity, c caller, start time.Time) string {
	return fmt.Sprintf(`{"credentials":{"accessKeyId":%q,"sessionToken":"HIDDEN_DUE_TO_SECURITY_REASONS","expiration":%q},"assumedRoleUser":{"assumedRoleId":"%s:%s","arn":"arn:aws:sts::%s:assumed-role/%s/%s"}}`,
		c.key, start.Add(time.Hour).Format("Jan 2, 2006, 3:04:05 PM"), role.id, c.session, role.acct.id, role.name, c.session)
}

// background writes what happens in an account beside its identities' own
// sessions: events of AWS itself, the root user's yearly visit, the attack.
func (w *world) background(a *account, day int, d *delivery) {
	noon := w.from.AddDate(0, 0, day).Add(12 * time.Hour)
	if day%7 == 3 {
		d.add(&record{
			at: noon, identity: fmt.Sprintf(`{"accountId":%q,"invokedBy":"ec2.amazonaws.com"}`, a.id), source: "ec2.amazonaws.com",
			name: "SharedSnapshotVolumeCreated", kind: "AwsServiceEvent", region: "eu-central-1", address: "ec2.amazonaws.com", agent: "ec2.amazonaws.com",
			shared: string(draw.AppendUUID(nil, d.ids)), details: `{"snapshotId":"` + draw.HexID(d.ids, "snap-", 17) + `"}`,
		})
	}
	if day == w.opts.Days-rootVisit {
		w.root(a, d)
	}
	for _, e := range w.attack.events(a) {
		if !e.at.Before(noon.Add(-12*time.Hour)) && e.at.Before(noon.Add(12*time.Hour)) {
			d.add(&e)
		}
	}
}

// rootVisit is how many days before the end the root user signed in.
const rootVisit = 25

func (w *world) root(a *account, d *delivery) {
	at := w.daysAgo(rootVisit, 9*time.Hour)
	identity := fmt.Sprintf(`{"type":"Root","principalId":%q,"arn":"arn:aws:iam::%s:root","accountId":%q,"accessKeyId":""}`, a.id, a.id, a.id)
	agent := "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
	d.add(&record{
		at: at, identity: identity, source: "signin.amazonaws.com", name: "ConsoleLogin", kind: "AwsConsoleSignIn", region: "us-east-1",
		address: "192.0.2.7", agent: agent, response: `{"ConsoleLogin":"Success"}`,
		additional: `{"LoginTo":"https://console.aws.amazon.com/console/home","MobileVersion":"No","MFAUsed":"Yes"}`,
	})
	d.add(&record{
		at: at.Add(time.Minute), identity: identity, source: "iam.amazonaws.com", name: "GetAccountSummary",
		region: "us-east-1", address: "192.0.2.7", agent: agent, readOnly: true,
	})
}
