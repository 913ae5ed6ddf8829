package aws

import (
	"regexp"
	"slices"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/leastward/leastward/internal/entitlement"
)

// selection is what one or more trails record everywhere.
type selection struct {
	management access
	data       map[string]access // By resource type, "AWS::S3::Object".
	excluded   []string          // Sources of management events that every trail leaves out.
	oneRegion  string            // Home of a trail that records one region alone.
}

// access tells whether reading and writing calls are recorded.
type access struct{ read, write bool }

func (a access) or(b access) access { return access{a.read || b.read, a.write || b.write} }
func (a access) full() bool         { return a.read && a.write }

// selectionOf reads the selectors of a multi-region trail, basic or advanced:
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html
func selectionOf(out *cloudtrail.GetEventSelectorsOutput) selection {
	s := selection{data: map[string]access{}}
	for _, basic := range out.EventSelectors {
		s.addBasic(basic)
	}
	for _, advanced := range out.AdvancedEventSelectors {
		s.addAdvanced(advanced)
	}
	if len(out.EventSelectors)+len(out.AdvancedEventSelectors) == 0 {
		s.management = access{true, true} // What a new trail records.
	}
	return s
}

func (s *selection) addBasic(b types.EventSelector) {
	a := access{b.ReadWriteType != types.ReadWriteTypeWriteOnly, b.ReadWriteType != types.ReadWriteTypeReadOnly}
	if b.IncludeManagementEvents == nil || *b.IncludeManagementEvents {
		s.management = s.management.or(a)
		s.excluded = append(s.excluded, b.ExcludeManagementEventSources...)
	}
	everything := regexp.MustCompile(`^arn:aws[a-z-]*:(s3(:::)?|lambda|dynamodb)$`)
	for _, r := range b.DataResources {
		if slices.ContainsFunc(r.Values, everything.MatchString) {
			kind := awssdk.ToString(r.Type)
			s.data[kind] = s.data[kind].or(a)
		}
	}
}

// addAdvanced counts a selector in full only where it selects by category,
// resource type and reading or writing; any other field narrows it.
func (s *selection) addAdvanced(b types.AdvancedEventSelector) {
	a, category := access{true, true}, ""
	var kinds, excluded []string
	for _, f := range b.FieldSelectors {
		switch field := awssdk.ToString(f.Field); {
		case field == "eventCategory" && len(f.Equals) == 1:
			category = f.Equals[0]
		case field == "resources.type":
			kinds = f.Equals
		case field == "readOnly" && len(f.Equals) == 1:
			a = access{f.Equals[0] == "true", f.Equals[0] == "false"}
		case field == "eventSource" && len(f.NotEquals) > 0:
			excluded = f.NotEquals
		default:
			return
		}
	}
	switch {
	case category == "Management":
		s.management = s.management.or(a)
		s.excluded = append(s.excluded, excluded...)
	case category == "Data" && len(excluded) == 0:
		for _, kind := range kinds {
			s.data[kind] = s.data[kind].or(a)
		}
	}
}

func (s *selection) merge(t selection) {
	if s.management == (access{}) {
		s.excluded = t.excluded
	} else if t.management != (access{}) {
		s.excluded = slices.DeleteFunc(s.excluded, func(e string) bool { return !slices.Contains(t.excluded, e) })
	}
	s.management = s.management.or(t.management)
	if s.data == nil {
		s.data = map[string]access{}
	}
	for kind, a := range t.data {
		s.data[kind] = s.data[kind].or(a)
	}
	if t.oneRegion != "" {
		s.oneRegion = t.oneRegion
	}
}

// services names the services whose data events are recorded in full.
func (s *selection) services() []string {
	var found []string
	for service, kinds := range dataEventTypes() {
		missing := func(kind string) bool { return !s.data[kind].full() }
		if !slices.ContainsFunc(kinds, missing) {
			found = append(found, service)
		}
	}
	slices.Sort(found)
	return found
}

// problems says what the trails together leave out.
func (s *selection) problems(bucket string) []entitlement.Problem {
	p := entitlement.Problem{Code: CodeCloudTrailPartial, Subject: "s3://" + bucket}
	if s.management == (access{}) && s.oneRegion == "" {
		p.Code = CodeCloudTrailDisabled
	}
	switch {
	case s.management == (access{}) && s.oneRegion != "":
		p.Message = "the trail records region " + s.oneRegion + " alone, so use elsewhere is not seen. Make it a multi-region trail"
	case s.management == (access{}):
		p.Message = "no trail that delivers here is switched on with management events, so use is not seen. Start its logging"
	case !s.management.full():
		p.Message = "the trail records only reading or only writing calls, so use of the others is not seen. Let it record all management events"
	case len(s.excluded) > 0:
		slices.Sort(s.excluded)
		p.Message = "the trail leaves out " + strings.Join(slices.Compact(s.excluded), ", ") + ", so use of those is not seen. Include them"
	default:
		return nil
	}
	return []entitlement.Problem{p}
}

// dataEventTypes maps the IAM prefix of a service to the resource types that a
// trail must select for all its data events. A service that is missing here
// stays unobservable, which is the safe side.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
func dataEventTypes() map[string][]string {
	return map[string][]string{
		"appsync":                  {"AWS::AppSync::GraphQLApi"},
		"cloudfront-keyvaluestore": {"AWS::CloudFront::KeyValueStore"},
		"cloudwatch":               {"AWS::CloudWatch::Metric"},
		"cognito-identity":         {"AWS::Cognito::IdentityPool"},
		"dynamodb":                 {"AWS::DynamoDB::Table", "AWS::DynamoDB::Stream"},
		"ebs":                      {"AWS::EC2::Snapshot"},
		"kinesis":                  {"AWS::Kinesis::Stream", "AWS::Kinesis::StreamConsumer"},
		"kinesisvideo":             {"AWS::KinesisVideo::Stream"},
		"lambda":                   {"AWS::Lambda::Function"},
		"rds-data":                 {"AWS::RDS::DBCluster"},
		"s3":                       {"AWS::S3::Object"},
		"s3express":                {"AWS::S3Express::Object"},
		"s3-outposts":              {"AWS::S3Outposts::Object"},
		"sns":                      {"AWS::SNS::Topic", "AWS::SNS::PlatformEndpoint"},
		"sqs":                      {"AWS::SQS::Queue"},
		"ssmmessages":              {"AWS::SSMMessages::ControlChannel"},
		"states":                   {"AWS::StepFunctions::StateMachine", "AWS::StepFunctions::Activity"},
		"swf":                      {"AWS::SWF::Domain"},
		"timestream":               {"AWS::Timestream::Database", "AWS::Timestream::Table"},
		"xray":                     {"AWS::XRay::Trace"},
	}
}
