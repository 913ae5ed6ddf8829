package main

import (
	"fmt"
	"strings"
	"unicode"
)

// The letters of the catalogue file; package catalog decodes them.
const (
	typeRead        = 'r'
	typeList        = 'l'
	typeWrite       = 'w'
	typeDelete      = 'd'
	typePermissions = 'p'
	typeTagging     = 't'
)

// classify returns the type of an action from its access level. The levels are
// those of the service authorization reference
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html);
// the data set writes "Tagging, Write" and "Permissions management, Write" for
// the last two. Deleting is a write that the name gives away, see [deletes].
func classify(service string, a action) (rune, error) {
	if t, ok := corrections()[service+":"+a.Name]; ok {
		return t, nil
	}
	switch a.AccessLevel {
	case "Read":
		return typeRead, nil
	case "List":
		return typeList, nil
	case "Tagging, Write":
		return typeTagging, nil
	case "Permissions management, Write":
		return typePermissions, nil
	case "Write":
		if deletes(a.Name) {
			return typeDelete, nil
		}
		return typeWrite, nil
	}
	return 0, fmt.Errorf("action %s:%s has the unknown access level %q", service, a.Name, a.AccessLevel)
}

// corrections are the levels that are plainly wrong in the reference, and the
// deletions that the verb of the name does not give away.
func corrections() map[string]rune {
	return map[string]rune{
		"bcm-pricing-calculator:ListTagsForResource":      typeList,  // Listed as tagging.
		"honeycode:ListTagsForResource":                   typeList,  // Listed as tagging.
		"kinesis:CreateChannel":                           typeWrite, // Listed as tagging.
		"amplifybackend:RemoveAllBackends":                typeDelete,
		"apigateway:DELETE":                               typeDelete,
		"discovery:StartBatchDeleteConfigurationTask":     typeDelete,
		"dynamodb:PartiQLDelete":                          typeDelete,
		"es:ESHttpDelete":                                 typeDelete,
		"fsx:DetachAndDeleteS3AccessPoint":                typeDelete,
		"healthlake:StartFHIRBulkDeleteJob":               typeDelete,
		"kms:ScheduleKeyDeletion":                         typeDelete,
		"medialive:StartDeleteMonitorDeployment":          typeDelete,
		"mgn:StartNetworkMigrationDeployedStacksDeletion": typeDelete,
		"mpa:StartActiveApprovalTeamDeletion":             typeDelete,
		"neptune-db:ResetDatabase":                        typeDelete,
		"neptune-graph:ResetGraph":                        typeDelete,
		"personalize:CreateDataDeletionJob":               typeDelete,
		"qldb:PartiQLDelete":                              typeDelete,
		"qldb:PartiQLDropTable":                           typeDelete,
		"qldb:PartiQLRedact":                              typeDelete,
		"s3-outposts:ReplicateDelete":                     typeDelete,
		"s3:ReplicateDelete":                              typeDelete,
		"transfer:StartRemoteDelete":                      typeDelete,
	}
}

// deletes reports whether a write destroys something for good, by the verb of
// its name: the first word, or the one after Admin, Batch or Bulk.
//
// Left out because the opposite call restores what is lost, or because it only
// stops something: Remove, Detach, Disassociate, Deregister, Disable, Revoke,
// Reset, Release, Cancel, Stop, Abort, Archive, Flush (of caches), Leave.
func deletes(name string) bool {
	verb := words(name)
	for len(verb) > 1 && (verb[0] == "Admin" || verb[0] == "Batch" || verb[0] == "Bulk") {
		verb = verb[1:]
	}
	switch verb[0] {
	case "Delete", "Terminate", "Purge", "Drop", "Dispose", "Forget", "Redact", "Wipe",
		"Destroy", "Erase", "Expunge", "Shred": // None yet.
		return true
	}
	return false
}

// words splits a camel-case name: "BatchDeleteImage" is Batch, Delete, Image.
func words(name string) []string {
	var out []string
	start := 0
	for i, r := range name {
		if i > start && unicode.IsUpper(r) && !unicode.IsUpper(rune(name[i-1])) {
			out = append(out, name[start:i])
			start = i
		}
	}
	return append(out, name[start:])
}

// high reports whether an action is of high severity: it can leak data, disrupt
// a service or change the security posture. That is every write, delete and
// change of permissions, and reads that the sensitive list names.
//
// Tagging is normal, for a tag does nothing by itself, except where it changes
// the tags of an identity or a session: those are what access by attributes
// (aws:PrincipalTag) rests upon.
func high(name string, typ rune, sensitivity string) bool {
	switch typ {
	case typeWrite, typeDelete, typePermissions:
		return true
	case typeTagging:
		return tagsIdentity(name)
	}
	return sensitivity != ""
}

func tagsIdentity(name string) bool {
	switch strings.ToLower(name) {
	case "iam:taguser", "iam:untaguser", "iam:tagrole", "iam:untagrole", "sts:tagsession", "sts:taggetwebidentitytoken":
		return true
	}
	return false
}
