package gcp_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
)

// publicEntry is an entry of an instance that was made, of about the size of
// real ones (3 KB), with ids of its own.
func publicEntry(i int) string {
	n := strconv.Itoa(i)
	checks := make([]string, 0, 5)
	for _, p := range []string{"compute.instances.create", "compute.disks.create", "compute.subnetworks.use", "compute.subnetworks.useExternalIp", "compute.instances.setServiceAccount"} {
		checks = append(checks, `{"granted":true,"permission":"`+p+`","permissionType":"ADMIN_WRITE","resourceAttributes":{"name":"projects/p/zones/us-central1-a/instances/web-`+strconv.Itoa(i%500)+`","service":"compute","type":"compute.instances"}}`)
	}
	request := `{"@type":"type.googleapis.com/compute.instances.insert","canIpForward":false,"disks":[{"autoDelete":true,"boot":true,"deviceName":"web","initializeParams":{"diskSizeGb":"10","diskType":"projects/p/zones/us-central1-a/diskTypes/pd-balanced","sourceImage":"projects/debian-cloud/global/images/debian-10-buster-v20210916"},"mode":"READ_WRITE","type":"PERSISTENT"}],"machineType":"projects/p/zones/us-central1-a/machineTypes/e2-medium","name":"web-` + n + `","networkInterfaces":[{"accessConfigs":[{"name":"External NAT","networkTier":"PREMIUM"}],"subnetwork":"projects/p/regions/us-central1/subnetworks/default"}],"serviceAccounts":[{"email":"1-compute@developer.gserviceaccount.com","scopes":["https://www.googleapis.com/auth/devstorage.read_only","https://www.googleapis.com/auth/logging.write"]}]}`
	response := `{"@type":"type.googleapis.com/operation","id":"` + n + `","insertTime":"2025-01-01T00:00:00.870-07:00","name":"operation-` + n + `","operationType":"insert","progress":"0","selfLink":"https://www.googleapis.com/compute/beta/projects/p/zones/us-central1-a/operations/operation-` + n + `","status":"RUNNING","targetLink":"https://www.googleapis.com/compute/beta/projects/p/zones/us-central1-a/instances/web-` + n + `","user":"u` + strconv.Itoa(i%50) + `@example.com"}`
	return fmt.Sprintf(`{"insertId":"-g%s","logName":"projects/p/logs/cloudaudit.googleapis.com%%2Factivity","operation":{"first":true,"id":"operation-%s","producer":"compute.googleapis.com"},`+
		`"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","authenticationInfo":{"principalEmail":"u%d@example.com"},"authorizationInfo":[%s],`+
		`"methodName":"beta.compute.instances.insert","request":%s,"requestMetadata":{"callerIp":"203.0.113.%d","callerSuppliedUserAgent":"google-cloud-sdk gcloud/373.0.0","destinationAttributes":{},"requestAttributes":{"auth":{},"time":"2025-01-01T00:00:00.094342Z"}},`+
		`"resourceLocation":{"currentLocations":["us-central1-a"]},"resourceName":"projects/p/zones/us-central1-a/instances/web-%d","response":%s,"serviceName":"compute.googleapis.com","status":{}},`+
		`"receiveTimestamp":"2025-01-01T00:00:01Z","resource":{"labels":{"instance_id":"%s","project_id":"p","zone":"us-central1-a"},"type":"gce_instance"},"severity":"NOTICE","timestamp":"2025-01-01T00:00:00.%06dZ"}`,
		n, n, i%50, strings.Join(checks, ","), request, i%256, i%500, response, n, i%1_000_000)
}

// BenchmarkEvents reads entries in each shape, with what a store of events asks
// for and without.
func BenchmarkEvents(b *testing.B) {
	const n = 2000
	entries := make([]string, n)
	for i := range entries {
		entries[i] = publicEntry(i)
	}
	for _, e := range envelopes() {
		doc := []byte(e.wrap(append([]string{}, entries...)))
		for _, lean := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/lean=%v", strings.ReplaceAll(e.name, " ", "_"), lean), func(b *testing.B) {
				b.SetBytes(int64(len(doc)))
				b.ReportAllocs()
				for b.Loop() {
					stats, _, err := gcp.ParseEvents(b.Context(), bytes.NewReader(doc), "doc", records.Options{Now: now, Lean: lean, Workers: 1}, func(*auditlog.Event) error { return nil })
					if err != nil || stats.Parsed != n {
						b.Fatal(err, stats)
					}
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
			})
		}
	}
}

// BenchmarkEntitlements reads an organization with projects of fifty assets and
// ten bindings each.
func BenchmarkEntitlements(b *testing.B) {
	for _, projects := range []int{10, 100, 1000} {
		b.Run(strconv.Itoa(projects), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "assets.ndjson")
			if err := os.WriteFile(path, organizationOf(projects), 0o600); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				e := read(b, path)
				if len(e.Systems) != projects || e.Stats.Taken != e.Stats.In {
					b.Fatal(len(e.Systems), e.Stats)
				}
				b.ReportMetric(float64(e.Stats.In), "records")
			}
			b.ReportMetric(float64(51*projects)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

func organizationOf(projects int) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	type m = map[string]any
	for p := range projects {
		id := fmt.Sprintf("project-%d", p)
		above := []string{fmt.Sprintf("projects/%d", p+1), fmt.Sprintf("folders/%d", p%10), "organizations/1"}
		bindings := make([]m, 10)
		for i := range bindings {
			bindings[i] = m{"role": "roles/viewer", "members": []string{fmt.Sprintf("user:u%d@example.com", (p*7+i)%5000)}}
		}
		_ = e.Encode(m{"name": "//cloudresourcemanager.googleapis.com/" + above[0], "assetType": "cloudresourcemanager.googleapis.com/Project", "ancestors": above, "resource": m{"data": m{"projectId": id, "projectNumber": strconv.Itoa(p + 1)}}, "iamPolicy": m{"bindings": bindings}})
		for i := range 50 {
			_ = e.Encode(m{"name": fmt.Sprintf("//storage.googleapis.com/%s-%d", id, i), "assetType": "storage.googleapis.com/Bucket", "ancestors": above, "resource": m{"data": m{"name": fmt.Sprintf("%s-%d", id, i), "labels": m{"team": "x"}, "iamConfiguration": m{"publicAccessPrevention": "enforced"}}}})
		}
	}
	return out.Bytes()
}
