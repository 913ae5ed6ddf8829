package tenant

import (
	"math/rand/v2"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
)

// session is one stretch of activity of one identity.
type session struct {
	kind    kind
	index   int32
	ordinal int32
}

// flushAt bounds the memory of a day: beyond it, records are delivered early.
const flushAt = 48 << 20

// activity writes the events of one account, day by day, up to a limit of
// records; zero is none. Rounds differ in every session. It returns the number
// of events.
func (w *world) activity(a *account, create files.Create, limit, round int) (int, error) {
	days := w.schedule(a, round)
	d := newDelivery(create, a, limit, round)
	for n, sessions := range days {
		if round == 0 {
			w.background(a, n, d)
		}
		for _, s := range sessions {
			w.emit(w.identity(a, s.kind, int(s.index)), int(s.ordinal), d)
			if d.full() {
				break
			}
			if d.size > flushAt {
				if err := d.flush(); err != nil {
					return 0, err
				}
			}
		}
		if err := d.flush(); err != nil {
			return 0, err
		}
		if d.full() {
			break
		}
	}
	return d.written, nil
}

// schedule returns the sessions of each day. It holds 16 bytes or so for each
// session, and nothing for those who are idle.
func (w *world) schedule(a *account, round int) [][]session {
	days := make([][]session, w.opts.Days)
	for x := range w.identities(a) {
		if !x.acts() {
			continue
		}
		for j := range w.sessions(x) {
			j += round << 20
			n := w.day(x, j)
			days[n] = append(days[n], session{x.kind, int32(x.index), int32(j)})
		}
	}
	return days
}

// emit writes the records of one session: how it began, then its calls.
func (w *world) emit(x *identity, j int, d *delivery) {
	r := x.acct.seed.Stream(string(x.kind)+"emit", x.index, j)
	steps := w.steps(x, j)
	c := w.caller(x, j, steps[0].at, r)
	w.begin(x, c, steps[0].at, d, r)
	v := x.values()
	for _, s := range steps {
		e := w.record(x, c, s, &v, r)
		d.add(&e)
		if x.profile.name == "function-queue" && s.call.name == "GetSecretValue" && s.code == "" {
			w.forward(e, &v, d, r)
		}
	}
}

// record fills the record of one call.
func (w *world) record(x *identity, c caller, s step, v *values, r *rand.Rand) record {
	e := record{
		at: s.at, identity: c.identity, source: s.call.source, name: s.call.name, code: s.code,
		region: v[vRegion], address: c.address, agent: c.agent, readOnly: s.call.readOnly, data: s.call.data,
	}
	if s.call.global {
		e.region = "us-east-1"
	}
	if s.call.params.uses(vObject) || s.call.resourceARN.uses(vObject) {
		v[vObject] = objectKey(r)
	}
	if !s.call.params.empty() {
		e.params = s.call.params.append(nil, v, r)
	}
	e.message = message(x, c, s, v, r)
	if s.call.resourceType != "" && s.code == "" {
		e.resources = resource(s.call, v, r)
	}
	e.additional = additional(s.call, r)
	return e
}

func resource(c *call, v *values, r *rand.Rand) []byte {
	b := text(nil, `{"accountId":"`, v[vAccount])
	b = text(b, `","type":"`, c.resourceType)
	b = c.resourceARN.append(append(b, `","ARN":"`...), v, r)
	return append(b, `"}`...)
}

func additional(c *call, r *rand.Rand) string {
	if c.source != "s3.amazonaws.com" {
		return ""
	}
	return `{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"` +
		draw.HexID(r, "", 40) + `","bytesTransferredOut":512}`
}

// message is the error message that goes with a step's code.
func message(x *identity, c caller, s step, v *values, r *rand.Rand) string {
	switch s.code {
	case "":
		return ""
	case "ThrottlingException":
		return "Rate exceeded"
	case "Client.RequestLimitExceeded":
		return "Request limit exceeded."
	}
	if !s.refused() {
		return "The request for " + s.call.name + " could not be completed: " + s.code
	}
	text := "User: " + principal(x, c) + " is not authorized to perform: " + s.call.action
	if arn := s.call.resourceARN; !arn.empty() {
		text += " on resource: " + string(arn.append(nil, v, r))
	}
	return text + " because no identity-based policy allows the " + s.call.action + " action"
}

// principal is the ARN under which a caller is refused.
func principal(x *identity, c caller) string {
	switch {
	case c.session == "":
		return x.arn
	case x.runsAs != nil:
		x = x.runsAs
	}
	return "arn:aws:sts::" + x.acct.id + ":assumed-role/" + x.name + "/" + c.session
}

// forward writes the call to decrypt a secret that Secrets Manager makes on
// behalf of whoever read it.
func (w *world) forward(e record, v *values, d *delivery, r *rand.Rand) {
	decrypt := w.calls["kms:Decrypt"]
	e.source, e.name, e.readOnly = decrypt.source, decrypt.name, true
	e.address, e.agent = "secretsmanager.amazonaws.com", "secretsmanager.amazonaws.com"
	e.identity = e.identity[:len(e.identity)-1] + `,"invokedBy":"secretsmanager.amazonaws.com"}`
	e.params = []byte(`{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"SecretARN":"` + v[vSecret] + `"}}`)
	e.resources = resource(decrypt, v, r)
	d.add(&e)
}

// daysAgo returns a time on a day before the end of the activity.
func (w *world) daysAgo(days int, of time.Duration) time.Time {
	return w.opts.Until.AddDate(0, 0, -days).Add(of)
}
