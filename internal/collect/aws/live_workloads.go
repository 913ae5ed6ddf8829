package aws

import (
	"context"
	"fmt"
	"slices"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// functions reads the Lambda functions of one region with their roles and
// their policies.
func (r *collection) functions(ctx context.Context, region string, client *lambda.Client) {
	name := "lambda:ListFunctions in " + region
	var arns []string
	pages := lambda.NewListFunctionsPaginator(client, &lambda.ListFunctionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err == nil {
			err = r.normalise(page, name, ReadFunctions)
		}
		if err != nil {
			r.fail(ctx, CodeFunctions, name, "functions of this region are missing", fmt.Errorf("list functions in %s: %w", region, err))
			break
		}
		for i := range page.Functions {
			arns = append(arns, awssdk.ToString(page.Functions[i].FunctionArn))
		}
	}
	if !slices.Contains(r.options.SkipResources, "lambda") {
		r.functionPolicies(ctx, region, client, arns)
	}
}

// instances reads the EC2 instances of one region with their instance profiles.
func (r *collection) instances(ctx context.Context, region string, client *ec2.Client) {
	name := "ec2:DescribeInstances in " + region
	pages := ec2.NewDescribeInstancesPaginator(client, &ec2.DescribeInstancesInput{MaxResults: awssdk.Int32(1000)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err == nil {
			err = r.normalise(page, name, ReadInstances)
		}
		if err != nil {
			r.fail(ctx, CodeInstances, name, "instances of this region are missing", fmt.Errorf("describe instances in %s: %w", region, err))
			return
		}
	}
}
