package ask_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/exporter/internal/ask"
)

// drawn is a request that can be asked in a batch and by itself.
type drawn struct {
	Identity string         `json:"identity"`
	Action   string         `json:"action"`
	Resource string         `json:"resource,omitempty"`
	Context  map[string]any `json:"context,omitempty"`
}

func draw(t *rapid.T) drawn {
	return drawn{
		Identity: rapid.SampledFrom([]string{
			"ben", "carla", "app", shop + ":user/ana", shop + ":root", "arn:aws:iam::222222222222:user/ana", "*", "ec2.amazonaws.com",
			"arn:aws:iam::333333333333:role/audit", "arn:aws:sts::111111111111:assumed-role/app/me", "zoe", shop + ":user/zoe",
			"ana@shop.example", "BEN@shop.example", "Dan Deep", "deployer", "a0000000-0000-0000-0000-000000000003", "allUsers", uploader,
		}).Draw(t, "identity"),
		Action: rapid.SampledFrom([]string{
			"s3:GetObject", "S3:putobject", "ec2:RunInstances", "sts:AssumeRole", "s3:*", "x:Y",
			readBlob, "Microsoft.Authorization/roleAssignments/write", "Microsoft.Compute/virtualMachines/delete", "storage.objects.get", "compute.instances.get", "a/b", "a.b.c", "x",
		}).Draw(t, "action"),
		Resource: rapid.SampledFrom([]string{
			"", "*", reports, reports + "/a b", reports + "/é\"\\", "arn:aws:s3:::downloads/x", shop + ":role/app",
			"shop", shopAzure, web, lab, shopAzure + "/resourceGroups/vault", pictures, "projects/shop-prod", "//x",
		}).Draw(t, "resource"),
		Context: rapid.MapOf(
			rapid.SampledFrom([]string{"aws:SourceIp", "aws:MultiFactorAuthPresent", "aws:PrincipalTag/team", "request.time", "resource.name"}),
			rapid.SampledFrom([]any{nil, "203.0.113.9", true, "web", []any{"a", 1}, "2027-01-01T00:00:00Z"}),
		).Draw(t, "context"),
	}
}

// alone answers by the way of a single question.
func (d *drawn) alone(t *rapid.T, a *ask.Asker) []byte {
	values := map[string][]string{}
	for k, v := range d.Context {
		var list []string
		switch v := v.(type) {
		case nil:
		case []any:
			for _, one := range v {
				list = append(list, fmt.Sprint(one))
			}
		default:
			list = []string{fmt.Sprint(v)}
		}
		if err := ask.Add(values, k, list); err != nil {
			t.Fatal(err)
		}
	}
	r := ask.Request{Identity: d.Identity, Action: d.Action, Resource: d.Resource, Context: ask.NewContext(values)}
	var answer ask.Answer
	if err := a.Decide(&r, &answer); err != nil {
		return nil
	}
	return a.Writer().Append(nil, &answer)
}

// A batch gives the answers that its requests have by themselves, and says the
// same again whatever was asked between.
func TestBatchEqualsSingleAnswers(t *testing.T) {
	t.Parallel()
	a := clouds(t)
	rapid.Check(t, func(t *rapid.T) {
		requests := rapid.SliceOfN(rapid.Custom(draw), 1, 40).Draw(t, "requests")
		var in, out bytes.Buffer
		encoder := json.NewEncoder(&in)
		for _, r := range requests {
			if err := encoder.Encode(r); err != nil {
				t.Fatal(err)
			}
		}
		counts, err := a.Batch(t.Context(), &in, &out)
		if err != nil {
			t.Fatal(err)
		}
		failed := 0
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if len(lines) != len(requests) {
			t.Fatalf("%d answers to %d requests", len(lines), len(requests))
		}
		for i := range requests {
			want := requests[i].alone(t, a)
			if want == nil {
				failed++
				if !strings.HasPrefix(lines[i], fmt.Sprintf(`{"error":"line %d: field `, i+1)) {
					t.Fatalf("%+v: %s, want an error", requests[i], lines[i])
				}
				continue
			}
			if diff := cmp.Diff(string(want), lines[i]); diff != "" {
				t.Fatalf("%+v (-alone +batch):\n%s", requests[i], diff)
			}
		}
		if counts != (ask.Counts{Answered: len(requests) - failed, Failed: failed}) {
			t.Fatalf("counts %+v, %d failed", counts, failed)
		}
	})
}

// Whatever a line is, it has one answer, which is JSON, and disturbs no other.
func FuzzBatchLine(f *testing.F) {
	for _, seed := range []string{
		`{"identity": "ben", "action": "s3:GetObject", "resource": "arn:aws:s3:::reports/x", "context": {"aws:SourceIp": "203.0.113.9"}}`,
		`{"identity": "*", "action": "s3:GetObject", "resource": "*", "context": {"a": [1, true, "x"], "b": null}}`,
		`{"identity": "app", "action": "s3:GetObject", "session_policies": [{"Version": "2012-10-17", "Statement": []}, "{}"]}`,
		`{"identity": "arn:aws:sts::111111111111:assumed-role/app/x", "action": "sts:AssumeRole", "resource": "arn:aws:iam::111111111111:role/app"}`,
		`{"identity": "ana@shop.example", "action": "Microsoft.Compute/virtualMachines/write", "resource": "shop"}`,
		`{"identity": "allUsers", "action": "storage.objects.get", "resource": "//storage.googleapis.com/shop-pictures", "context": {"request.time": "2026-01-01T00:00:00Z"}}`,
		`{"identity": "*", "action": "/", "resource": "/"}`, `{"identity": "@", "action": "..", "resource": "//"}`, `{"identity": "a:b", "action": "a.googleapis.com/b.c"}`,
		`{"identity": "\ud800", "action": "\u0000:x"}`, `{"identity":"a","action":"b","context":{"a":{"b":[[[[[[`, `[]`, `null`, ` `, `{`, "\xff", "\ufeff{}", `{"":""}`,
	} {
		f.Add([]byte(seed))
	}
	a := clouds(f)
	const good = `{"identity": "carla", "action": "s3:ListAllMyBuckets"}`
	f.Fuzz(func(t *testing.T, text []byte) {
		if bytes.ContainsRune(text, '\n') || len(bytes.TrimSpace(text)) == 0 {
			t.Skip("no line, or a blank one")
		}
		in := strings.NewReader(good + "\n" + string(text) + "\n" + good + "\n")
		got, counts := batch(t, a, in)
		if len(got) != 3 || got[0].Decision != "allowed" || got[2].Decision != "allowed" || counts.Answered+counts.Failed != 3 {
			t.Fatalf("%q: %+v", text, got)
		}
		if (got[1].Decision == "") == (got[1].Error == "") {
			t.Fatalf("%q: neither a decision nor an error, or both: %+v", text, got[1])
		}
	})
}
