package starter

import (
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/entitlement"
)

func onAWS() []trigger.Definition {
	return []trigger.Definition{
		{
			Name: "a6-root-user", Title: "Root user activity", Severity: alert.Critical, Clouds: clouds(entitlement.AWS),
			// Services act in the root user's name as well: those calls have an
			// invoked_by, see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html.
			Where:       where(all(is(query.IdentityType, "Root"), is(query.ByService, "false"), absent(query.InvokedBy))),
			Description: "Any call or sign-in of an account's root user.",
			Why:         "The root user may do everything and no policy of the account restrains it; hardly any task needs it.",
			Response:    "Ask who used it and for what. If nobody knows, change its password and second factor, delete its access keys, and trace what it did.",
		},
		{
			Name: "a7-user-created", Title: "Users created by someone not in ITAdmins role", Severity: alert.Warning, Clouds: clouds(entitlement.AWS),
			Where:       where(all(is(query.Action, "iam:CreateUser"), is(query.Outcome, "success"), notIn(query.Role, "$roles"))),
			Parameters:  []trigger.Parameter{parameter("roles", "Names of the roles that may create users.", "ITAdmins")},
			Description: "An IAM user was created by an identity that does not act in one of the roles that may.",
			Why:         "A new user is a way to come back after the first one is closed.",
			Response:    "Ask the creator. If nobody wanted the user, deactivate its keys and delete it, and trace its creator.",
		},
		{
			Name: "a8-object-download-refused", Title: "Attempted unauthorized S3 object download", Severity: alert.Warning, Clouds: clouds(entitlement.AWS),
			Where:       where(all(is(query.Action, "s3:GetObject"), is(query.Outcome, "authorization_failure"))),
			Description: "Somebody tried to read an object of a bucket and was refused. A trail must record data events of S3 for this to be seen.",
			Why:         "Refused reads show that somebody tries what can be had.",
			Response:    "See which buckets and from where. If it is no misconfigured program, find the identity's owner and trace what else it tried.",
		},
		{
			Name: "a9-access-key-refused", Title: "Authorization failure for an access key", Severity: alert.Warning, Clouds: clouds(entitlement.AWS),
			Where:       where(all(matches(query.AccessKey, "$keys"), is(query.Outcome, "authorization_failure"))),
			Parameters:  []trigger.Parameter{parameter("keys", "Access keys to watch, or patterns of them; the long-lived ones begin with AKIA.", "AKIA*")},
			Description: "A call that a watched access key signed was refused.",
			Why:         "Who has found a key does not know what it may do, and tries.",
			Response:    "Ask the key's owner whether the address and the program are theirs. If not, deactivate the key and trace what it did.",
		},
	}
}
