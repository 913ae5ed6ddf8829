package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		service, name, level string
		want                 rune
	}{
		{"s3", "GetObject", "Read", typeRead},
		{"s3", "ListBucket", "List", typeList},
		{"s3", "PutObject", "Write", typeWrite},
		{"s3", "DeleteObject", "Write", typeDelete},
		{"s3", "DeleteBucketPolicy", "Permissions management, Write", typePermissions},
		{"s3", "DeleteJobTagging", "Tagging, Write", typeTagging},
		{"ecr", "BatchDeleteImage", "Write", typeDelete},
		{"cognito-idp", "AdminDeleteUser", "Write", typeDelete},
		{"ec2", "TerminateInstances", "Write", typeDelete},
		{"sqs", "PurgeQueue", "Write", typeDelete},
		{"cassandra", "Drop", "Write", typeDelete},
		{"kms", "ScheduleKeyDeletion", "Write", typeDelete},
		{"kms", "CancelKeyDeletion", "Write", typeWrite},
		{"ec2", "ModifyInstanceAttribute", "Write", typeWrite},
		{"rds", "RemoveRoleFromDBCluster", "Write", typeWrite},
		{"apigateway", "DELETE", "Write", typeDelete},
		{"kinesis", "CreateChannel", "Tagging, Write", typeWrite},
		{"bcm-pricing-calculator", "ListTagsForResource", "Tagging, Write", typeList},
		{"x", "Deleted", "Write", typeWrite}, // Not the verb.
		{"x", "Batch", "Write", typeWrite},
	} {
		got, err := classify(tt.service, action{Name: tt.name, AccessLevel: tt.level})
		if err != nil || got != tt.want {
			t.Errorf("classify(%s:%s, %q) = %c, %v; want %c", tt.service, tt.name, tt.level, got, err, tt.want)
		}
	}
	if _, err := classify("x", action{Name: "Y", AccessLevel: "Unknown"}); err == nil {
		t.Error("an unknown access level is accepted")
	}
}

func TestHigh(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		typ       rune
		sensitive string
		want      bool
	}{
		{"s3:GetBucketAcl", typeRead, "", false},
		{"s3:GetObject", typeRead, "D", true},
		{"s3:ListBucket", typeList, "D", true},
		{"s3:PutObject", typeWrite, "", true},
		{"s3:DeleteObject", typeDelete, "", true},
		{"s3:PutBucketPolicy", typePermissions, "", true},
		{"s3:PutBucketTagging", typeTagging, "", false},
		{"iam:TagUser", typeTagging, "", true},
		{"sts:TagSession", typeTagging, "", true},
	} {
		if got := high(tt.name, tt.typ, tt.sensitive); got != tt.want {
			t.Errorf("high(%s, %c, %q) = %t, want %t", tt.name, tt.typ, tt.sensitive, got, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"BatchDeleteImage": {"Batch", "Delete", "Image"},
		"DELETE":           {"DELETE"},
		"connect":          {"connect"},
		"GetDICOMStudy":    {"Get", "DICOMStudy"},
	} {
		if diff := cmp.Diff(want, words(name)); diff != "" {
			t.Errorf("words(%q) (-want +got):\n%s", name, diff)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	actions := []string{"a:GetX", "a:GetY", "a:PutX", "b:GetX"}
	for _, tt := range []struct {
		text    string
		want    []string
		wantErr string
	}{
		{text: "# c\n\na:getx\tv\n", want: []string{"a:GetX"}},
		{text: "a:Get*\tv\n", want: []string{"a:GetX", "a:GetY"}},
		{text: "a:*X\tv\nb:*\tv\n", want: []string{"a:GetX", "a:PutX", "b:GetX"}},
		{text: "a:GetX\tv\na:Nope\tv\n", wantErr: `t:2: "a:Nope" names no action of the data set; correct or remove the row`},
		{text: "c:*\tv\n", wantErr: `t:1: "c:*" names no action of the data set; correct or remove the row`},
	} {
		got, err := parseTable("t", tt.text).resolve(actions)
		if message(err) != tt.wantErr {
			t.Errorf("resolve(%q): %v, want %q", tt.text, err, tt.wantErr)
		}
		var keys []string
		for k := range got {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		if diff := cmp.Diff(tt.want, keys); diff != "" {
			t.Errorf("resolve(%q) (-want +got):\n%s", tt.text, diff)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
