package tenant

import (
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// moves makes calls of the attacker, "service:EventName", refused with a
// leading "-". It returns when the next would come.
func (w *world) moves(p *plot, x *identity, c caller, v *values, at time.Time, pause time.Duration, names string) time.Time {
	r := x.acct.seed.Stream("attack", len(p.truth.Stages), p.truth.Events)
	for name := range strings.FieldsSeq(names) {
		name, refused := strings.CutPrefix(name, "-")
		s := step{at: at, call: w.calls[name]}
		if refused {
			s.code = refusal(s.call.source)
		}
		p.add(x.acct, w.record(x, c, s, v, r))
		at = at.Add(pause + time.Duration(r.IntN(20))*time.Second)
	}
	return at
}

func (p *plot) leakedCaller() caller {
	return caller{identity: userIdentity(p.leaked, p.truth.LeakedKey), address: attackAddress, agent: attackAgent, key: p.truth.LeakedKey}
}

func (p *plot) secondCaller() caller {
	return caller{identity: userIdentity(p.second, p.truth.CreatedKey), address: attackAddress, agent: attackAgent, key: p.truth.CreatedKey}
}

// enumerate is where the leaked key tries what it may do.
func (w *world) enumerate(p *plot) {
	p.open(stageReconnaissance)
	w.moves(p, p.leaked, p.leakedCaller(), &p.leakedValues, w.daysAgo(attackStart, attackFirst), 7*time.Second,
		`sts:GetCallerIdentity -s3:ListBuckets -iam:ListUsers -iam:ListRoles -iam:ListGroups
		-iam:GetAccountAuthorizationDetails -ec2:DescribeInstances -secretsmanager:ListSecrets
		-lambda:ListFunctions20150331 -dynamodb:ListTables iam:ListAttachedUserPolicies iam:ListUserPolicies
		iam:ListAccessKeys -kms:ListAliases cloudformation:ListStacks -rds:DescribeDBInstances
		-organizations:DescribeOrganization -ssm:DescribeParameters iam:GetUser`)
}

// escalate is where it makes a key of another user and gives that user
// everything.
func (w *world) escalate(p *plot) {
	p.open(stageEscalation)
	c, at := p.leakedCaller(), w.daysAgo(attackStart-1, attackEscalation)
	w.moves(p, p.leaked, c, &p.leakedValues, at.Add(-40*time.Second), time.Second, "iam:ListAccessKeys")
	w.moves(p, p.leaked, c, &p.leakedValues, at, 0, "iam:CreateAccessKey")
	events := p.byAccount[p.leaked.acct.id]
	events[len(events)-1].response = fmt.Sprintf(`{"accessKey":{"accessKeyId":%q,"status":"Active","userName":%q,"createDate":%q}}`,
		p.truth.CreatedKey, secondUser, at.Format("Jan 2, 2006, 3:04:05 PM"))
	w.moves(p, p.leaked, c, &p.leakedValues, at.Add(95*time.Second), 0, "iam:AttachUserPolicy")
}

// cross is where the new key looks around as administrator and assumes a role
// of the production account, which trusts the whole development account.
func (w *world) cross(p *plot) {
	p.open(stageMovement)
	v := p.second.values()
	at := w.moves(p, p.second, p.secondCaller(), &v, w.daysAgo(attackStart-2, time.Hour), 9*time.Second,
		"sts:GetCallerIdentity iam:GetAccountAuthorizationDetails iam:ListRoles iam:ListUsers organizations:DescribeOrganization")
	w.asRole(p, at, 5*time.Second, "sts:GetCallerIdentity")
}

func (w *world) takeSecrets(p *plot) {
	p.open(stageCredentials)
	w.asRole(p, w.daysAgo(attackStart-3, 2*time.Hour+30*time.Minute), 15*time.Second,
		"secretsmanager:ListSecrets"+strings.Repeat(" secretsmanager:GetSecretValue", 6)+" ssm:DescribeParameters ssm:GetParametersByPath kms:ListAliases")
}

func (w *world) exfiltrate(p *plot) {
	p.open(stageExfiltration)
	for night := range 2 {
		w.asRole(p, w.daysAgo(attackStart-5-night, time.Hour+10*time.Minute), 4*time.Second,
			"s3:ListBuckets s3:ListObjects"+strings.Repeat(" s3:GetObject", 40))
	}
}

// blind is where the attacker tries in vain to stop the trail.
func (w *world) blind(p *plot) {
	p.open(stageEvasion)
	w.asRole(p, w.daysAgo(attackStart-7, 4*time.Hour), 30*time.Second, "cloudtrail:DescribeTrails -cloudtrail:StopLogging -cloudtrail:DeleteTrail")
	events := p.byAccount[p.role.acct.id]
	for i := len(events) - 2; i < len(events); i++ {
		before, _, _ := strings.Cut(events[i].message, " because ")
		events[i].message = before + " with an explicit deny in an identity-based policy"
	}
	p.truth.roleUsed = events[len(events)-3].at
}

// asRole assumes the role of production with the new key and makes moves in
// that session.
func (w *world) asRole(p *plot, at time.Time, pause time.Duration, names string) {
	n := len(p.truth.SessionKeys)
	r := p.role.acct.seed.Stream("attack session", n, 0)
	c := caller{key: draw.CloudID(r, "ASIA", 16), session: attackSession, address: attackAddress, agent: roleAgent}
	p.truth.SessionKeys = append(p.truth.SessionKeys, c.key)
	p.truth.secondUsed = at
	e := record{
		at: at, identity: p.secondCaller().identity, source: "sts.amazonaws.com", name: "AssumeRole", region: "us-east-1", agent: attackAgent, readOnly: true,
		params:    fmt.Appendf(nil, `{"roleArn":%q,"roleSessionName":%q,"durationSeconds":3600}`, p.role.arn, attackSession),
		response:  assumed(p.role, c, at),
		resources: fmt.Appendf(nil, `{"accountId":%q,"type":"AWS::IAM::Role","ARN":%q}`, p.role.acct.id, p.role.arn),
		shared:    string(draw.AppendUUID(nil, r)),
	}
	p.add(p.second.acct, e)
	// The account of the role records the same call, and tells less of the caller.
	e.identity = fmt.Sprintf(`{"type":"AWSAccount","principalId":%q,"accountId":%q}`, p.second.id, p.second.acct.id)
	p.add(p.role.acct, e)
	c.identity = roleIdentity(p.role, c, at, "", false)
	w.moves(p, p.role, c, &p.roleValues, at.Add(20*time.Second), pause, names)
}
