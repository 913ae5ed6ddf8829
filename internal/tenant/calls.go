package tenant

import (
	"fmt"
	"strings"
)

// effect says how CloudTrail classes a call.
type effect uint8

const (
	reads  effect = iota
	writes        // readOnly is false.
	data   effect = 2
)

// call is one API call as CloudTrail records it.
type call struct {
	source, name string // "ec2.amazonaws.com", "DescribeInstances".
	action       string // The permission that a refusal names.
	readOnly     bool
	data         bool // A data event.
	global       bool // Recorded in us-east-1 wherever it came from.
	params       template
	resourceType string
	resourceARN  template
	failure      string // Error code of the call's own that is seen now and then.
}

// row is a line of the call tables: "source:name", effect, request parameters,
// "type ARN" of the resource, the call's own error.
type row struct {
	name     string
	effect   effect
	params   string
	resource string
	failure  string
}

// calls is the table of calls by "source:name".
type calls map[string]*call

func newCalls() (calls, error) {
	table := calls{}
	for _, rows := range [][]row{computeRows(), storageRows(), identityRows(), deliveryRows(), watchRows()} {
		for _, r := range rows {
			c, err := r.compile()
			if err != nil {
				return nil, fmt.Errorf("call %s: %w", r.name, err)
			}
			if table[r.name] != nil {
				return nil, fmt.Errorf("call %s: stands twice in the tables", r.name)
			}
			table[r.name] = c
		}
	}
	return table, nil
}

func (r row) compile() (*call, error) {
	source, name, _ := strings.Cut(r.name, ":")
	c := &call{
		source: source + ".amazonaws.com", name: name, action: action(source, name),
		readOnly: r.effect&writes == 0, data: r.effect&data != 0, failure: r.failure,
	}
	switch source {
	case "iam", "cloudfront", "route53", "organizations", "ce":
		c.global = true
	}
	var err error
	if c.params, err = parseTemplate(r.params); err != nil {
		return nil, err
	}
	var arn string
	c.resourceType, arn, _ = strings.Cut(r.resource, " ")
	c.resourceARN, err = parseTemplate(arn)
	return c, err
}

// action names the permission of a call in a refusal's message. The sample
// refuses few kinds of calls: the exceptions cover those.
func action(source, name string) string {
	switch source + ":" + name {
	case "s3:ListBuckets":
		return "s3:ListAllMyBuckets"
	case "s3:ListObjects", "s3:HeadBucket":
		return "s3:ListBucket"
	case "s3:GetBucketEncryption":
		return "s3:GetEncryptionConfiguration"
	case "lambda:ListFunctions20150331":
		return "lambda:ListFunctions"
	}
	if source == "monitoring" {
		source = "cloudwatch"
	}
	return source + ":" + name
}

// find returns the calls of those names.
func (t calls) find(names string) ([]*call, error) {
	var found []*call
	for name := range strings.FieldsSeq(names) {
		c := t[name]
		if c == nil {
			return nil, fmt.Errorf("call %q is not in the tables", name)
		}
		found = append(found, c)
	}
	return found, nil
}
