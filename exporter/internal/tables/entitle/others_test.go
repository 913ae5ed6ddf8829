package entitle_test

import (
	"testing"

	"github.com/leastward/leastward/internal/api"
)

const (
	ana  = "arn:aws:iam::111111111111:user/ana"
	ben  = "arn:aws:iam::111111111111:user/ben"
	team = "arn:aws:iam::111111111111:group/team"
	job  = "arn:aws:iam::111111111111:role/job"
	work = "arn:aws:lambda:eu-west-1:111111111111:function:work"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	columns := []string{"identity", "name", "granted", "used", "unused", "members", "members_active", "resources_used", "policies", "state"}
	check(t, "groups", api.TableQuestion{Columns: columns}, [][]string{{team, "team", "2", "1", "1", "2", "1", "2", "1", "active"}})
	check(t, "groups", api.TableQuestion{Columns: []string{"name"}, Filters: map[string][]string{"state": {"never"}}}, [][]string{})
	check(t, "group_members", api.TableQuestion{Columns: []string{"group", "group_name", "name", "type", "from_group", "from_group_used", "granted"}, Sort: by("name")}, [][]string{
		{team, "team", "ana", "user", "2", "1", "2"}, {team, "team", "ben", "user", "2", "0", "4"},
	})
	check(t, "group_members", api.TableQuestion{Columns: []string{"name"}, Filters: map[string][]string{"group": {team}, "owner": {"payments"}}}, [][]string{{"ana"}})
	check(t, "group_members", api.TableQuestion{Columns: []string{"name"}, Filters: map[string][]string{"group": {"another"}}}, [][]string{})
}

func TestAccessKeys(t *testing.T) {
	t.Parallel()
	columns := []string{"access_key", "name", "status", "age_days", "age_bucket", "last_used", "unused_days", "use", "granted", "used"}
	check(t, "access_keys", api.TableQuestion{Columns: columns, Sort: by("access_key")}, [][]string{
		{"AKIA1", "ana", "active", "100", "91-180", "2026-05-22T12:00:00Z", "10", "used", "2", "1"},
		{"AKIA2", "ana", "inactive", "400", "over 365", "", "", "never", "2", "1"},
		{"AKIA3", "ben", "active", "30", "0-30", "", "", "unknown", "4", "0"},
	})
	for filter, tc := range map[string]map[string]string{
		"status":      {"active": "13", "inactive": "2"},
		"age":         {">30": "12", ">60": "12", ">90": "12", ">180": "2", ">365": "2"},
		"used_within": {"never": "2", "30": "1", "60": "1", "365": "1"},
		"unused_for":  {"30": "2", "365": "2"},
		"age_bucket":  {"91-180": "1", "31-90": "", "0-30": "3"},
		"identity":    {ana: "12"}, "name": {"ben": "3"}, "access_key": {"AKIA3": "3"}, "severity": {"high": "123", "delete": "123"},
	} {
		for value, keys := range tc {
			want := [][]string{}
			for _, k := range keys {
				want = append(want, []string{"AKIA" + string(k)})
			}
			check(t, "access_keys", api.TableQuestion{Columns: []string{"access_key"}, Sort: by("access_key"), Filters: map[string][]string{filter: {value}}}, want)
		}
	}
	check(t, "access_keys", api.TableQuestion{Columns: []string{"access_key"}, Sort: by("access_key"), Filters: map[string][]string{"used_within": {"never", "30"}}},
		[][]string{{"AKIA1"}, {"AKIA2"}})
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	check(t, "functions", api.TableQuestion{Columns: []string{"identity", "role", "role_name", "role_shared_by", "granted", "used", "last_active"}},
		[][]string{{work, job, "job", "1", "2", "0", ""}})
	check(t, "functions", api.TableQuestion{Columns: []string{"identity"}, Filters: map[string][]string{"type": {"instance"}}}, [][]string{})
	check(t, "functions", api.TableQuestion{Columns: []string{"identity"}, Filters: map[string][]string{"role": {"another"}}}, [][]string{})
}

func TestResources(t *testing.T) {
	t.Parallel()
	columns := []string{"resource", "resource_type", "service", "name", "owner", "in_inventory", "identities_with_access", "identities_accessed", "actions_used", "uses", "denied", "last_used"}
	check(t, "resources", api.TableQuestion{Columns: columns, Sort: by("resource")}, [][]string{
		{"arn:aws:dynamodb:eu-west-1:111111111111:table/t", "dynamodb:table", "dynamodb", "table/t", "platform", "no", "1", "1", "1", "1", "0", "2026-05-29T12:00:00Z"},
		{"arn:aws:ec2:eu-west-1:111111111111:security-group/sg-1", "ec2:security-group", "ec2", "web", "platform", "yes", "0", "0", "0", "0", "0", ""},
		{"arn:aws:s3:::data", "s3:bucket", "s3", "data", "lake", "yes", "2", "1", "1", "1", "1", "2026-06-01T11:00:00Z"},
		{"arn:aws:s3:::logs", "s3:bucket", "s3", "logs", "platform", "no", "2", "1", "1", "1", "0", "2026-06-01T10:00:00Z"},
	})
	for filter, tc := range map[string]map[string][]string{
		"resource_type": {"s3:bucket": {"data", "logs"}}, "service": {"ec2": {"web"}}, "used": {"no": {"web"}}, "in_inventory": {"yes": {"data", "web"}},
		"identity": {ana: {"data", "logs"}, ben: {"table/t"}, job: nil}, "owner": {"lake": {"data"}},
		"severity": {"delete": {"data", "logs", "table/t"}, "high": {"data", "logs", "table/t"}},
	} {
		for value, names := range tc {
			want := [][]string{}
			for _, n := range names {
				want = append(want, []string{n})
			}
			check(t, "resources", api.TableQuestion{Columns: []string{"name"}, Sort: by("name"), Filters: map[string][]string{filter: {value}}}, want)
		}
	}
}

func TestActions(t *testing.T) {
	t.Parallel()
	columns := []string{"action", "service", "severity", "type", "identities_granted", "identities_used", "identities_unused", "resources", "uses", "denied", "last_used", "observable"}
	check(t, "actions", api.TableQuestion{Columns: columns, Sort: by("action")}, [][]string{
		{"dynamodb:DeleteItem", "dynamodb", "high", "delete", "0", "1", "0", "1", "1", "0", "2026-05-29T12:00:00Z", "no"},
		{"s3:CreateBucket", "s3", "high", "write", "2", "1", "1", "2", "2", "0", "2026-06-01T11:00:00Z", "yes"},
		{"s3:DeleteBucket", "s3", "high", "delete", "2", "0", "2", "0", "0", "1", "", "yes"},
		{"s3:GetObject", "s3", "high", "read", "2", "0", "2", "0", "0", "0", "", "no"},
		{"ssm:GetParameters", "ssm", "high", "read", "1", "0", "1", "0", "0", "0", "", "yes"},
		{"sts:AssumeRole", "sts", "high", "write", "1", "0", "1", "0", "0", "0", "", "yes"},
	})
	check(t, "actions", api.TableQuestion{Columns: []string{"action", "system", "system_name"}, Filters: map[string][]string{"by": {"system"}, "used": {"yes"}, "granted": {"yes"}}},
		[][]string{{"s3:CreateBucket", "111111111111", "prod"}})
	check(t, "actions", api.TableQuestion{Columns: []string{"action"}, Filters: map[string][]string{"service": {"s3"}, "type": {"delete"}}}, [][]string{{"s3:DeleteBucket"}})
}
