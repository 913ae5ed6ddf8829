package aws_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/aws"
)

// answerAdvisor has the proxy answer for the access advisor, which the
// emulator lacks: a job is ready on the second question, and says that ada last
// used a service on 1 March and nobody else did.
func (c *cloud) answerAdvisor() {
	c.on("iam:GenerateServiceLastAccessedDetails", func(_ int, body string) *answer {
		job := "other"
		if strings.Contains(body, "user%2Fada") {
			job = "ada"
		}
		return &answer{status: http.StatusOK, body: fmt.Sprintf(`<GenerateServiceLastAccessedDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
<GenerateServiceLastAccessedDetailsResult><JobId>%s</JobId></GenerateServiceLastAccessedDetailsResult></GenerateServiceLastAccessedDetailsResponse>`, job)}
	})
	asked := map[string]bool{} // Guarded by the cloud's lock, as every rule.
	c.on("iam:GetServiceLastAccessedDetails", func(_ int, body string) *answer {
		job, state, used := "other", "COMPLETED", ""
		if strings.Contains(body, "JobId=ada") {
			job, used = "ada", "<member><ServiceName>Amazon S3</ServiceName><ServiceNamespace>s3</ServiceNamespace><LastAuthenticated>2026-03-01T08:00:00Z</LastAuthenticated></member>"
		}
		if !asked[job] {
			asked[job], state, used = true, "IN_PROGRESS", ""
		}
		return &answer{status: http.StatusOK, body: fmt.Sprintf(`<GetServiceLastAccessedDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
<GetServiceLastAccessedDetailsResult><JobStatus>%s</JobStatus><JobCreationDate>2026-03-31T12:00:00Z</JobCreationDate><IsTruncated>false</IsTruncated>
<ServicesLastAccessed>%s<member><ServiceName>Amazon EC2</ServiceName><ServiceNamespace>ec2</ServiceNamespace></member></ServicesLastAccessed>
</GetServiceLastAccessedDetailsResult></GetServiceLastAccessedDetailsResponse>`, state, used)}
	})
}

func (l live) accessAdvisor() {
	t, c := l.T, l.cloud
	c.seed(t)
	c.answerAdvisor()
	o := c.options()
	o.AccessAdvisor = true
	inv, _ := c.collect(t, o)
	if len(inv.Problems) > 0 {
		t.Errorf("problems: %+v", inv.Problems)
	}
	if got, want := identity(t, inv, c.arn("user/ada")).LastUsed, time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("ada last used %s, want %s", got, want)
	}
	if got := identity(t, inv, c.arn("user/bob")).LastUsed; !got.IsZero() {
		t.Errorf("bob last used %s, want never", got)
	}
	failed := `<GetServiceLastAccessedDetailsResponse><GetServiceLastAccessedDetailsResult><JobStatus>FAILED</JobStatus>
<Error><Code>ResourceNotReady</Code><Message>try later</Message></Error></GetServiceLastAccessedDetailsResult></GetServiceLastAccessedDetailsResponse>`
	c.on("iam:GetServiceLastAccessedDetails", always(&answer{status: http.StatusOK, body: failed}))
	inv, _ = c.collect(t, o)
	if len(inv.Problems) != 1 || inv.Problems[0].Code != aws.CodeAccessAdvisor || !strings.Contains(inv.Problems[0].Message, "ResourceNotReady: try later") {
		t.Errorf("problems of a failed job: %+v", inv.Problems)
	}
}
