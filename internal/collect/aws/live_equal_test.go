package aws_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// equalsFiles exports the account as a user would with the AWS CLI, and
// wants the same inventory as a live collection.
func (l live) equalsFiles() {
	t, c := l.T, l.cloud
	c.seed(t)
	c.seedResources(t)
	live, _ := c.collect(t, c.options())
	files := c.exported(t)
	same := cmp.Options{
		cmpopts.IgnoreFields(entitlement.Inventory{}, "CollectedAt"), // Of the collection.
		cmpopts.IgnoreFields(entitlement.System{}, "Name"),           // No file has the alias.
		cmpopts.IgnoreFields(entitlement.AccessKey{}, "ID"),          // The report has none.
		cmpopts.SortSlices(func(a, b entitlement.Identity) bool { return a.ID < b.ID }),
		cmpopts.SortSlices(func(a, b entitlement.Resource) bool { return a.ID < b.ID }),
		cmpopts.SortSlices(func(a, b entitlement.SecurityGroup) bool { return a.ID < b.ID }),
		cmpopts.SortSlices(func(a, b entitlement.AccessKey) bool { return a.Active && !b.Active }),
		cmp.Comparer(func(a, b time.Time) bool { // The emulator has fractions of a second, IAM and the report don't.
			return a.Truncate(time.Second).Equal(b.Truncate(time.Second))
		}),
		// The CLI decodes policy documents and writes them anew.
		cmp.FilterPath(isDocument, cmp.Comparer(func(a, b []byte) bool {
			return len(a) == 0 && len(b) == 0 || len(a) > 0 && len(b) > 0 && sameJSON(t, string(a), string(b))
		})),
	}
	if diff := cmp.Diff(files, live, same); diff != "" {
		t.Errorf("the live collection differs from the files (-files +live):\n%s", diff)
	}
	if len(live.Resources) < 10 || len(live.SecurityGroups) < 2 {
		t.Errorf("only %d resources and %d security groups to compare", len(live.Resources), len(live.SecurityGroups))
	}
	if len(live.Identities) < 6 || len(live.Policies) < 3 {
		t.Errorf("only %d identities and %d policies to compare", len(live.Identities), len(live.Policies))
	}
}

func isDocument(p cmp.Path) bool {
	name := p.Last().String()
	return name == ".Document" || name == ".Trust" || name == ".Policy"
}

func (c *cloud) exported(t *testing.T) *entitlement.Inventory {
	t.Helper()
	ctx, client := t.Context(), iam.NewFromConfig(c.config())
	details := must(client.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{}))(t)
	report := must(client.GetCredentialReport(ctx, &iam.GetCredentialReportInput{}))(t)
	functions := must(lambda.NewFromConfig(c.config()).ListFunctions(ctx, &lambda.ListFunctionsInput{}))(t)
	instances := must(ec2.NewFromConfig(c.config()).DescribeInstances(ctx, &ec2.DescribeInstancesInput{}))(t)
	groups := must(ec2.NewFromConfig(c.config()).DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{}))(t)
	into := &entitlement.Inventory{}
	for _, file := range []struct {
		name string
		data []byte
		read func(io.Reader, string, *entitlement.Inventory) error
	}{
		{"details.json", cliJSON(t, details), aws.ReadAuthorizationDetails},
		{"report.csv", report.Content, aws.ReadCredentialReport},
		{"functions.json", cliJSON(t, functions), aws.ReadFunctions},
		{"instances.json", cliJSON(t, instances), aws.ReadInstances},
		{"groups.json", cliJSON(t, groups), aws.ReadSecurityGroups},
	} {
		if err := file.read(bytes.NewReader(file.data), file.name, into); err != nil {
			t.Fatal(err)
		}
	}
	c.exportedResources(t, into)
	return into
}

// cliJSON writes an answer as the AWS CLI does: without what is absent, times
// with an offset, policy documents as objects.
func cliJSON(t *testing.T, answer any) []byte {
	t.Helper()
	data := must(json.Marshal(answer))(t)
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	delete(doc, "ResultMetadata")
	return must(json.MarshalIndent(cliValue(t, "", doc), "", "    "))(t)
}

func cliValue(t *testing.T, key string, v any) any {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for k, member := range v {
			if member == nil {
				delete(v, k)
			} else {
				v[k] = cliValue(t, k, member)
			}
		}
	case []any:
		for i := range v {
			v[i] = cliValue(t, key, v[i])
		}
	case string:
		if strings.HasSuffix(key, "Document") {
			var doc any
			if err := json.Unmarshal([]byte(must(url.PathUnescape(v))(t)), &doc); err != nil {
				t.Fatal(err)
			}
			return doc
		}
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			return at.Format("2006-01-02T15:04:05+00:00")
		}
	}
	return v
}
