package tenant

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// attachments counts what policies are attached to.
type attachments struct{ policies, boundaries map[string]int }

func (t attachments) count(managed []string, boundary string) {
	for _, arn := range managed {
		t.policies[arn]++
	}
	if boundary != "" {
		t.boundaries[boundary]++
	}
}

// addPolicies lists AWS's policies that are attached and all of the account's
// own, attached or not, as AWS does.
func (w *world) addPolicies(a *account, t attachments, out *list) {
	for _, p := range managedPolicies() {
		if t.policies[p.arn()] > 0 {
			out.add(p.detail(t))
		}
	}
	for _, p := range accountPolicies() {
		out.add(w.customDetail(a, p, "", t))
	}
	for _, team := range teams() {
		for _, p := range teamPolicies() {
			out.add(w.customDetail(a, p, team, t))
		}
	}
}

func (p managedPolicy) detail(t attachments) managedDetail {
	at := p.created + "T18:40:00+00:00"
	return managedDetail{
		PolicyName: p.name, PolicyId: draw.CloudID(draw.Seed(0).Stream(p.name, 0, 0), "ANPA", 17), Arn: p.arn(), Path: p.path, DefaultVersionId: p.version,
		AttachmentCount: t.policies[p.arn()], PermissionsBoundaryUsageCount: t.boundaries[p.arn()], IsAttachable: true, CreateDate: at, UpdateDate: at,
		PolicyVersionList: []policyVersion{{json.RawMessage(p.document), p.version, true, at}},
	}
}

func (w *world) customDetail(a *account, p customPolicy, team string, t attachments) managedDetail {
	name, arn := a.expand(p.name, team), a.customARN(p.name, team)
	r := a.seed.Stream("policy"+name, 0, 0)
	made := w.opts.Until.Add(-time.Duration(400+r.IntN(600)) * 24 * time.Hour)
	d := managedDetail{
		PolicyName: name, PolicyId: draw.CloudID(r, "ANPA", 17), Arn: arn, Path: "/",
		AttachmentCount: t.policies[arn], PermissionsBoundaryUsageCount: t.boundaries[arn], IsAttachable: true,
		CreateDate: date(made),
	}
	for i, document := range p.versions {
		at := date(made.AddDate(0, i, 0))
		d.DefaultVersionId, d.UpdateDate = fmt.Sprintf("v%d", i+1), at
		v := policyVersion{json.RawMessage(a.expand(document, team)), d.DefaultVersionId, i == len(p.versions)-1, at}
		d.PolicyVersionList = append([]policyVersion{v}, d.PolicyVersionList...) // The newest first, as AWS lists them.
	}
	return d
}

func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
