package tenant

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// caller is who makes the calls of one session, as CloudTrail writes it.
type caller struct {
	identity string // The userIdentity object.
	address  string
	agent    string
	key      string // Access key of the session.
	session  string // Role session name, "" for users.
	console  bool
}

// address returns where a user works from: people from the two offices or the
// remote-access network, pipelines from one gateway. All are from the blocks
// that RFC 5737 sets aside for documentation.
func address(r *rand.Rand, person bool) string {
	if !person {
		return "198.51.100.10"
	}
	if r.IntN(3) == 0 {
		return fmt.Sprintf("198.51.100.%d", 100+r.IntN(100))
	}
	return fmt.Sprintf("192.0.2.%d", 1+r.IntN(200))
}

// caller computes the caller of session j, which starts at a time.
func (w *world) caller(x *identity, j int, start time.Time, r *rand.Rand) caller {
	if x.kind == kindUser {
		return x.userCaller(j, start, r)
	}
	role := x
	if x.runsAs != nil {
		role = x.runsAs
	}
	c := caller{key: draw.CloudID(r, "ASIA", 16), session: w.sessionName(x, r), address: "198.51.100.20", agent: agentOf(role, r)}
	by := ""
	switch {
	case role.serviceManaged:
		c.address, c.agent, by = role.trusted, role.trusted, role.trusted
	case x.kind == kindInstance:
		c.address = fmt.Sprintf("198.51.100.%d", 30+r.IntN(40))
	case role.trusted == "saml":
		c.address = address(draw.Seed(0).Stream(c.session, 0, 0), true)
	case role.trusted == "vendor":
		c.address = "198.51.100.240"
	case role.trusted == "management":
		c.address = "198.51.100.5"
	}
	c.identity = roleIdentity(role, c, start, by, x.kind == kindInstance)
	return c
}

func (x *identity) userCaller(j int, start time.Time, r *rand.Rand) caller {
	c := caller{address: x.address}
	if k := x.keyOf(j, start); k >= 0 {
		c.key, c.agent = x.keys[k].id, cliAgent(r, x.console)
		c.identity = userIdentity(x, c.key)
		return c
	}
	c.console, c.key = true, draw.CloudID(r, "ASIA", 16)
	c.agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
	c.identity = fmt.Sprintf(`{"type":"IAMUser","principalId":%q,"arn":%q,"accountId":%q,"accessKeyId":%q,"userName":%q,"sessionContext":{"attributes":{"creationDate":%q,"mfaAuthenticated":"%t"}}}`,
		x.id, x.arn, x.acct.id, c.key, x.name, stamp(start.Add(-signInLead)), x.mfa)
	return c
}

func userIdentity(x *identity, key string) string {
	return fmt.Sprintf(`{"type":"IAMUser","principalId":%q,"arn":%q,"accountId":%q,"accessKeyId":%q,"userName":%q}`, x.id, x.arn, x.acct.id, key, x.name)
}

// roleIdentity writes the identity of a role session. The session's ARN leaves
// out the role's path; its issuer has it.
func roleIdentity(role *identity, c caller, start time.Time, by string, delivered bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"type":"AssumedRole","principalId":"%s:%s","arn":"arn:aws:sts::%s:assumed-role/%s/%s","accountId":%q`, role.id, c.session, role.acct.id, role.name, c.session, role.acct.id)
	if by == "" {
		fmt.Fprintf(&b, `,"accessKeyId":%q`, c.key)
	}
	fmt.Fprintf(&b, `,"sessionContext":{"sessionIssuer":{"type":"Role","principalId":%q,"arn":%q,"accountId":%q,"userName":%q}`, role.id, role.arn, role.acct.id, role.name)
	if role.trusted == "oidc" {
		fmt.Fprintf(&b, `,"webIdFederationData":{"federatedProvider":%q,"attributes":{}}`, role.acct.iamARN("oidc-provider/token.actions.githubusercontent.com"))
	}
	fmt.Fprintf(&b, `,"attributes":{"creationDate":%q,"mfaAuthenticated":"false"}`, stamp(start))
	if delivered {
		b.WriteString(`,"ec2RoleDelivery":"2.0"`)
	}
	b.WriteByte('}')
	if by != "" {
		fmt.Fprintf(&b, `,"invokedBy":%q`, by)
	}
	b.WriteByte('}')
	return b.String()
}

// sessionName returns the role session name that the role's holder chooses.
func (w *world) sessionName(x *identity, r *rand.Rand) string {
	if x.runsAs != nil {
		return x.name
	}
	switch x.trusted {
	case "ecs-tasks.amazonaws.com", "states.amazonaws.com":
		return draw.HexID(r, "", 32)
	case "glue.amazonaws.com":
		return "GlueJobRunnerSession"
	case "oidc":
		return "GitHubActions"
	case "saml":
		return w.words.Person(x.acct.seed, r.IntN(max(8, x.acct.users))) + "@example.com"
	case "vendor":
		return "monitoring"
	case "management":
		return "organization-audit"
	case "account":
		return draw.HexID(r, "app-", 8)
	}
	return draw.HexID(r, "session-", 12)
}

func agentOf(role *identity, r *rand.Rand) string {
	switch role.trusted {
	case "lambda.amazonaws.com":
		return draw.Pick(r, []string{
			"Boto3/1.40.61 md/Botocore#1.40.61 ua/2.1 os/linux#5.10.245 md/arch#x86_64 lang/python#3.13.9 exec-env/AWS_Lambda_python3.13",
			"aws-sdk-js/3.922.0 ua/2.1 os/linux#5.10.245 lang/js md/nodejs#22.20.0 exec-env/AWS_Lambda_nodejs22.x",
			"aws-sdk-go-v2/1.39.6 ua/2.1 os/linux lang/go#1.25.3 md/GOARCH#arm64 exec-env/AWS_Lambda_provided.al2023",
		})
	case "ec2.amazonaws.com":
		return draw.Pick(r, []string{"aws-sdk-go/1.55.5 (go1.23.12; linux; amd64) amazon-ssm-agent/3.3.1611.0", "aws-sdk-java/2.36.2 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1 lang/java#21.0.9 md/OpenJDK_64-Bit_Server_VM"})
	case "oidc":
		return cliAgent(r, false)
	case "saml":
		return cliAgent(r, true)
	}
	return "aws-sdk-java/2.36.2 md/io#sync ua/2.1 os/Linux#6.1 lang/java#21.0.9 exec-env/AWS_ECS_FARGATE"
}

func cliAgent(r *rand.Rand, person bool) string {
	if person {
		return draw.Pick(r, []string{"aws-cli/2.31.24 md/awscrt#0.28.4 ua/2.1 os/macos#24.6.0 md/arch#arm64 lang/python#3.13.7", "aws-cli/2.28.1 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0 md/arch#x86_64 lang/python#3.13.4"})
	}
	return draw.Pick(r, []string{
		"APN/1.0 HashiCorp/1.0 Terraform/1.13.4 (+https://www.terraform.io) terraform-provider-aws/6.18.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.39.4",
		"aws-cli/2.31.18 md/awscrt#0.28.4 ua/2.1 os/linux#6.11.0 md/arch#x86_64 lang/python#3.13.7 exec-env/CI",
	})
}

// stamp writes a time as CloudTrail does.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
