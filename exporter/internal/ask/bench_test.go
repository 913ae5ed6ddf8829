package ask_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"testing"
)

// BenchmarkBatch measures whole lines: read, decided, put into words, written.
func BenchmarkBatch(b *testing.B) {
	a := asker(b)
	const lines = 100_000
	var in bytes.Buffer
	encoder := json.NewEncoder(&in)
	identities := []string{"ben", "carla", "app", shop + ":user/ana", "arn:aws:iam::222222222222:user/ana"}
	actions := []string{"s3:GetObject", "s3:PutObject", "ec2:RunInstances", "lambda:InvokeFunction", "iam:PassRole"}
	for i := range lines {
		err := encoder.Encode(drawn{
			Identity: identities[i%5], Action: actions[i/5%5], Resource: fmt.Sprintf("%s/key/%d", reports, i),
			Context: map[string]any{"aws:SourceIp": fmt.Sprintf("203.0.%d.9", i%300), "aws:MultiFactorAuthPresent": i%2 == 0},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	for b.Loop() {
		counts, err := a.Batch(b.Context(), bytes.NewReader(in.Bytes()), io.Discard)
		if err != nil || counts.Failed > 0 {
			b.Fatal(counts, err)
		}
	}
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

// BenchmarkBatchOfRoles measures whole lines about Azure and Google Cloud.
func BenchmarkBatchOfRoles(b *testing.B) {
	a := clouds(b)
	for name, asked := range map[string]struct{ identities, actions, resources []string }{
		"azure": {
			[]string{"ana@shop.example", "ben@shop.example", "cleo@shop.example", "deployer", "a0000000-0000-0000-0000-000000000004"},
			[]string{readBlob, "Microsoft.Compute/virtualMachines/write", "Microsoft.Authorization/roleAssignments/write", "Microsoft.Compute/virtualMachines/delete"},
			[]string{web + "/providers/Microsoft.Storage/storageAccounts/s%d", shopAzure + "/resourceGroups/vault/providers/Microsoft.Compute/virtualMachines/v%d"},
		},
		"gcp": {
			[]string{"ana@shop.example", "ben@shop.example", "root@shop.example", uploader, "allUsers"},
			[]string{"storage.objects.get", "compute.instances.get", "iam.serviceAccountKeys.create", "storage.objects.delete"},
			[]string{pictures + "/objects/o%d", "//compute.googleapis.com/projects/shop-prod/zones/a/instances/i%d"},
		},
	} {
		b.Run(name, func(b *testing.B) {
			const lines = 50_000
			var in bytes.Buffer
			for i := range lines {
				in.WriteString(line(asked.identities[i%5], asked.actions[i/5%4], fmt.Sprintf(asked.resources[i%2], i)) + "\n")
			}
			b.SetBytes(int64(in.Len()))
			b.ReportAllocs()
			for b.Loop() {
				counts, err := a.Batch(b.Context(), bytes.NewReader(in.Bytes()), io.Discard)
				if err != nil || counts.Failed > 0 {
					b.Fatal(counts, err)
				}
			}
			b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}
