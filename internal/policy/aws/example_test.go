package aws_test

import (
	"fmt"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// A role may do all on queues; its boundary lets it read them alone.
func ExampleAccount_Access() {
	cat := catalog.AWS()
	inv := &entitlement.Inventory{
		System: entitlement.System{ID: "111122223333"},
		Identities: []entitlement.Identity{{
			ID: "arn:aws:iam::111122223333:role/worker", Kind: entitlement.Role,
			Policies: []entitlement.PolicyID{"queues"}, Boundary: "reader",
		}},
		Policies: map[entitlement.PolicyID]entitlement.Policy{
			"queues": {Document: []byte(`{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}`)},
			"reader": {Document: []byte(`{"Statement":{"Effect":"Allow","Action":"sqs:Get*","Resource":"arn:aws:sqs:*:*:jobs"}}`)},
		},
	}
	access := aws.New(cat).Compile(inv).Access("arn:aws:iam::111122223333:role/worker")
	for i := range access.Named.Indices() {
		fmt.Println(cat.Info(i).Action)
	}
	fmt.Println(access.All.Len(), access.Part.Len(), access.Super)
	// Output:
	// sqs:GetQueueAttributes
	// sqs:GetQueueUrl
	// 0 0 false
}

func ExampleReadOnly() {
	doc, _ := aws.Parse([]byte(`{
		"Version": "2012-10-17",
		"Statement": [
			{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
			{"Effect": "Deny", "Action": "sqs:GetQueueUrl", "Resource": "*"}
		]
	}`))
	left, err := aws.ReadOnly(doc, catalog.AWS())
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := left.JSON()
	fmt.Println(string(text), aws.Size(text))
	// Output: {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:Get*","sqs:List*","sqs:ReceiveMessage"],"Resource":"*"},{"Effect":"Deny","Action":"sqs:GetQueueUrl","Resource":"*"}]} 187
}
