package tenant

import (
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// Attack is the ground truth about the attack: who, from where, when, what.
// Everything that comes from its address belongs to it, and nothing else.
type Attack struct {
	Address     string       `json:"address"`
	UserAgents  []string     `json:"user_agents"`
	LeakedKey   string       `json:"leaked_key"`
	LeakedUser  string       `json:"leaked_user"`  // ARN.
	CreatedKey  string       `json:"created_key"`  // Made by the attacker.
	SecondUser  string       `json:"second_user"`  // ARN; its new key and AdministratorAccess are the attacker's.
	AssumedRole string       `json:"assumed_role"` // ARN, in the other account.
	Session     string       `json:"session"`
	SessionKeys []string     `json:"session_keys"` // One for each time that the role was assumed.
	Bucket      string       `json:"bucket"`       // Whose objects were taken.
	From        time.Time    `json:"from"`
	To          time.Time    `json:"to"`
	Events      int          `json:"events"`
	Stages      []AttackStep `json:"stages"`

	secondUsed, roleUsed time.Time // Last successes of the second user and of the role.
}

// AttackStep is one stage of the attack.
type AttackStep struct {
	Name     string    `json:"name"`
	Accounts []string  `json:"accounts"` // Where it was recorded.
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Calls    []string  `json:"calls"` // "service:EventName", in order.
	Events   int       `json:"events"`
	Refused  int       `json:"refused"`
}

const (
	attackAddress = "203.0.113.66"
	attackSession = "aws-go-sdk-1732771234567890123"
	attackStart   = 11 // Days before the end.
)

// plot is the attack as it will be written: records by account, and the truth
// about them.
type plot struct {
	truth                    Attack
	byAccount                map[string][]record
	leaked, second, role     *identity
	leakedValues, roleValues values
}

func (p *plot) events(a *account) []record {
	if p == nil {
		return nil
	}
	return p.byAccount[a.id]
}

// createdKey returns the id of the key that the attacker makes.
func (a *account) createdKey() string {
	return draw.CloudID(a.seed.Stream("created key", 0, 0), "AKIA", 16)
}

// castByAttack gives the second user what the attacker gave it.
func (w *world) castByAttack(x *identity) {
	if x.index != 1 {
		return
	}
	x.managed = append(x.managed, w.managedARN("AdministratorAccess"))
	x.keys = append(x.keys, accessKey{id: x.acct.createdKey(), created: w.daysAgo(attackStart-1, attackEscalation), enabled: true})
}

// The stages of the attack, in order.
const (
	stageReconnaissance = "reconnaissance"
	stageEscalation     = "privilege escalation"
	stageMovement       = "lateral movement"
	stageCredentials    = "credential access"
	stageExfiltration   = "exfiltration"
	stageEvasion        = "defence evasion"
)

const (
	attackFirst      = 2*time.Hour + 13*time.Minute
	attackEscalation = 3*time.Hour + 41*time.Minute
)

// newPlot lays out the attack.
func (w *world) newPlot() *plot {
	prod, dev := w.accounts[0], w.accounts[1]
	p := &plot{
		byAccount: map[string][]record{},
		leaked:    w.user(dev, 0), second: w.user(dev, 1), role: w.role(prod, len(prod.fixedRoles())-1),
	}
	p.leakedValues, p.roleValues = p.leaked.values(), p.role.values()
	p.leakedValues[vUser] = secondUser
	p.roleValues[vBucket] = prod.prefix + "-payments-exports"
	p.truth = Attack{
		Address: attackAddress, UserAgents: []string{attackAgent, roleAgent}, Session: attackSession,
		LeakedKey: p.leaked.keys[0].id, LeakedUser: p.leaked.arn, CreatedKey: dev.createdKey(), SecondUser: p.second.arn,
		AssumedRole: p.role.arn, Bucket: p.roleValues[vBucket],
	}
	w.enumerate(p)
	w.escalate(p)
	w.cross(p)
	w.takeSecrets(p)
	w.exfiltrate(p)
	w.blind(p)
	first, last := p.truth.Stages[0], p.truth.Stages[len(p.truth.Stages)-1]
	p.truth.From, p.truth.To = first.From, last.To
	return p
}

const (
	attackAgent = "aws-cli/1.29.62 Python/3.8.10 Linux/5.15.0-kali3-amd64 botocore/1.31.62"
	roleAgent   = "Boto3/1.28.57 md/Botocore#1.31.57 ua/2.0 os/linux#5.15.0-kali3-amd64 md/arch#x86_64 lang/python#3.11.4"
)

// open starts a stage; events are added to the one that was opened last.
func (p *plot) open(stage string) {
	p.truth.Stages = append(p.truth.Stages, AttackStep{Name: stage})
}

// add records one event of the stage.
func (p *plot) add(a *account, e record) {
	s := &p.truth.Stages[len(p.truth.Stages)-1]
	if s.Events == 0 {
		s.From = e.at
	}
	s.Events, s.To = s.Events+1, e.at
	if (step{code: e.code}).refused() {
		s.Refused++
	}
	if !slices.Contains(s.Accounts, a.id) {
		s.Accounts = append(s.Accounts, a.id)
	}
	s.Calls = append(s.Calls, strings.TrimSuffix(e.source, ".amazonaws.com")+":"+e.name)
	e.address = attackAddress
	p.byAccount[a.id] = append(p.byAccount[a.id], e)
	p.truth.Events++
}

// stage returns the stage of that name.
func (p *plot) stage(name string) AttackStep {
	for _, s := range p.truth.Stages {
		if s.Name == name {
			return s
		}
	}
	return AttackStep{}
}

// victim reports whether the attack acted as the identity.
func (p *plot) victim(x *identity) bool {
	return x.arn == p.leaked.arn || x.arn == p.second.arn || x.arn == p.role.arn
}

// lastUse returns the last use of the identities that the attack acted as.
func (p *plot) lastUse(x *identity) (lastUse, bool) {
	switch x.arn {
	case p.leaked.arn:
		at := p.stage(stageEscalation).To
		return lastUse{any: at, keys: [2]time.Time{at}, service: [2]string{"iam"}}, true
	case p.second.arn:
		at := p.truth.secondUsed
		return lastUse{any: at, keys: [2]time.Time{{}, at}, service: [2]string{"", "sts"}}, true
	case p.role.arn:
		return lastUse{any: p.truth.roleUsed}, true
	}
	return lastUse{}, false
}
