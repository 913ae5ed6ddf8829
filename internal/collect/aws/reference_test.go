package aws_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// reference is a second, slow reading of a bare CloudTrail record with
// encoding/json, to hold the fast one against. It shares nothing with it but
// the catalogue. A nil event means that the record is refused.
func reference(raw []byte, now time.Time) *auditlog.Event {
	var m map[string]any
	if json.Unmarshal(raw, &m) != nil {
		return nil
	}
	r := refRecord(m)
	at, err := time.Parse(time.RFC3339, r.str("eventTime"))
	insight := r.str("eventType") == "AwsCloudTrailInsight" || r.str("eventCategory") == "Insight"
	if err != nil || r.str("eventName") == "" || r.str("eventSource") == "" || insight || at.After(now.Add(15*time.Minute)) {
		return nil
	}
	if u, there := m["userIdentity"]; there && u != nil {
		if _, ok := u.(map[string]any); !ok {
			return nil
		}
	}
	ev := &auditlog.Event{
		ID: r.str("eventID"), Time: at.UTC(), Cloud: entitlement.AWS, Source: r.str("eventSource"),
		Name: r.str("eventName"), Region: r.str("awsRegion"), Address: r.str("sourceIPAddress"),
		UserAgent: r.str("userAgent"), ErrorCode: r.str("errorCode"), ErrorText: r.str("errorMessage"),
		RequestID: r.str("requestID"), ReadOnly: r.flag("readOnly", true),
		DataEvent: r.str("eventCategory") == "Data" || !r.isString("eventCategory") && r.flag("managementEvent", false),
	}
	if ev.ID == "" {
		sum := sha256.Sum256(raw)
		ev.ID = hex.EncodeToString(sum[:])
	}
	ev.Outcome = refOutcome(ev.ErrorCode)
	refIdentity(ev, r.sub("userIdentity"))
	ev.System = entitlement.SystemID(r.str("recipientAccountId"))
	if ev.System == "" {
		ev.System = entitlement.SystemID(r.sub("userIdentity").str("accountId"))
	}
	if f := strings.SplitN(string(ev.Identity), ":", 6); ev.System == "" && len(f) == 6 && f[0] == "arn" {
		ev.System = entitlement.SystemID(f[4])
	}
	refResources(ev, m["resources"])
	passes := refWalk(ev, m["requestParameters"], raw)
	refDetail(ev, raw)
	indices, mapping := catalog.AWS().Permissions(catalog.Call{
		Source: ev.Source, Name: ev.Name, EventType: r.str("eventType"), PassesRole: passes,
	})
	for _, i := range indices {
		ev.Actions = append(ev.Actions, catalog.AWS().Info(i).Action)
	}
	ev.Mapping = auditlog.Mapping(mapping) // The contract has them in the same order.
	return ev
}

type refRecord map[string]any

func (r refRecord) str(key string) string { s, _ := r[key].(string); return s }

func (r refRecord) isString(key string) bool { _, ok := r[key].(string); return ok }

func (r refRecord) flag(key string, want bool) bool {
	switch v := r[key].(type) {
	case bool:
		return v == want
	case string:
		return want && (v == "true" || v == "True") || !want && (v == "false" || v == "False")
	}
	return false
}

func (r refRecord) sub(key string) refRecord { m, _ := r[key].(map[string]any); return m }

func refOutcome(code string) auditlog.Outcome {
	if code == "" {
		return auditlog.Success
	}
	for s := range strings.SplitSeq("AccessDenied Unauthorized NotAuthorized AuthorizationError AuthorizationFailure "+
		"SignatureDoesNotMatch ExpiredToken InvalidClientTokenId InvalidAccessKeyId UnrecognizedClient "+
		"MissingAuthenticationToken IncompleteSignature InvalidSignature TokenRefreshRequired RequestTimeTooSkewed", " ") {
		if strings.Contains(code, s) {
			return auditlog.AuthorizationFailure
		}
	}
	base := strings.TrimSuffix(strings.TrimPrefix(code, "Client."), "Exception")
	if slices.Contains(strings.Split("AuthFailure Forbidden RequestExpired InvalidToken InvalidSecurity NotSignedIn", " "), base) {
		return auditlog.AuthorizationFailure
	}
	return auditlog.Error
}

func refIdentity(ev *auditlog.Event, u refRecord) {
	ev.IdentityType, ev.IdentityName = u.str("type"), u.str("userName")
	ev.AccessKey, ev.InvokedBy = entitlement.AccessKeyID(u.str("accessKeyId")), u.str("invokedBy")
	arn, account, issuer := u.str("arn"), u.str("accountId"), u.sub("sessionContext").sub("sessionIssuer").str("arn")
	prefix := "arn:aws"
	if strings.HasPrefix(ev.Region, "cn-") {
		prefix = "arn:aws-cn"
	} else if strings.HasPrefix(ev.Region, "us-gov-") {
		prefix = "arn:aws-us-gov"
	}
	id := arn
	switch ev.IdentityType {
	case "AWSService":
		ev.ByService = true
		id = ""
	case "AssumedRole":
		head, rest, ok := strings.Cut(arn, ":assumed-role/")
		if before, acct, ok2 := strings.Cut(head, ":sts::"); ok && ok2 {
			name, session, _ := strings.Cut(rest, "/")
			id, ev.Session = before+":iam::"+acct+":role/"+name, session
		}
		if ev.Session == "" {
			_, ev.Session, _ = strings.Cut(u.str("principalId"), ":")
		}
		if issuer != "" {
			id = issuer
		}
		if ev.IdentityName == "" {
			ev.IdentityName = id[strings.LastIndex(id, "/")+1:]
		}
	case "FederatedUser":
		_, ev.Session, _ = strings.Cut(arn, ":federated-user/")
		if issuer != "" {
			id = issuer
		}
	case "IdentityCenterUser":
		if user := u.sub("onBehalfOf").str("userId"); user != "" && arn == "" {
			id = prefix + ":identitystore:::user/" + user
		}
	case "Root":
		if arn == "" && account != "" {
			id = prefix + ":iam::" + account + ":root"
		}
	case "IAMUser":
		if arn == "" && account != "" && ev.IdentityName != "" && ev.IdentityName != "HIDDEN_DUE_TO_SECURITY_REASONS" {
			id = prefix + ":iam::" + account + ":user/" + ev.IdentityName
		}
	default:
		if id == "" {
			id = u.str("principalId")
		}
		ev.ByService = id == "" && ev.IdentityType == "" && ev.InvokedBy != ""
	}
	ev.Identity = entitlement.IdentityID(id)
}

func refResources(ev *auditlog.Event, list any) {
	items, _ := list.([]any)
	for _, item := range items {
		r, _ := item.(map[string]any)
		if arn := refRecord(r).str("ARN"); arn != "" {
			refAdd(ev, arn, refRecord(r).str("type"))
		}
	}
}

func refAdd(ev *auditlog.Event, arn, kind string) {
	same := func(r auditlog.Resource) bool { return string(r.ID) == arn }
	if len(ev.Resources) < 32 && !slices.ContainsFunc(ev.Resources, same) {
		ev.Resources = append(ev.Resources, auditlog.Resource{ID: entitlement.ResourceID(arn), Type: kind})
	}
}

// refWalk tells whether a role is passed. It visits the strings of the request parameters in the document's order,
// for which it needs the raw record.
func refWalk(ev *auditlog.Event, parameters any, raw []byte) (passes bool) {
	if parameters == nil {
		return false
	}
	var top map[string]json.RawMessage
	_ = json.Unmarshal(raw, &top)
	dec := json.NewDecoder(bytes.NewReader(top["requestParameters"]))
	var walk func(key string, role bool)
	walk = func(key string, role bool) {
		tok, _ := dec.Token()
		switch v := tok.(type) {
		case json.Delim:
			for dec.More() {
				k, r := key, role
				if v == '{' {
					name, _ := dec.Token()
					k = name.(string)
					lower := strings.ToLower(k)
					r = r || strings.Contains(lower, "role") || lower == "iaminstanceprofile" || lower == "deliverlogspermissionarn"
				}
				walk(k, r)
			}
			_, _ = dec.Token()
		case string:
			arn := strings.HasPrefix(v, "arn:") && strings.Count(v, ":") >= 5
			passes = passes || role && refNamesRole(key, v, arn)
		}
	}
	walk("", false)
	return passes && refMayPass(ev)
}

func refMayPass(ev *auditlog.Event) bool {
	switch ev.Source {
	case "iam.amazonaws.com":
		return !ev.ReadOnly && ev.Name == "AddRoleToInstanceProfile"
	case "rolesanywhere.amazonaws.com":
		return !ev.ReadOnly && ev.Name != "CreateSession"
	case "sts.amazonaws.com", "sso.amazonaws.com", "signin.amazonaws.com":
		return false
	}
	return !ev.ReadOnly
}

func refNamesRole(key, value string, arn bool) bool {
	if arn {
		return strings.Contains(value, ":iam::") &&
			(strings.Contains(value, ":role/") || strings.Contains(value, ":instance-profile/"))
	}
	names := "role servicerole jobflowrole autoscalingrole iaminstanceprofile name domainiamrolename " +
		"automationassumerole iamrole rolename"
	return value != "" && slices.Contains(strings.Fields(names), strings.ToLower(key))
}
