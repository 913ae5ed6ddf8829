package ask

import (
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// CloudOf returns the cloud that an action is of, by how it is spelt:
// "s3:GetObject" is AWS's, "Microsoft.Storage/storageAccounts/read" Azure's,
// "storage.objects.get" Google Cloud's, also as deny policies write it,
// "storage.googleapis.com/objects.get". Of others it is "".
func CloudOf(action string) entitlement.Cloud {
	if !strings.ContainsAny(action, ":/.") {
		return ""
	}
	return catalog.CloudOf(entitlement.Action(action))
}

// NoSystemError says that nothing is known of the cloud that a request is about.
type NoSystemError struct {
	Action string
	Cloud  entitlement.Cloud
}

func (e *NoSystemError) Error() string {
	return fmt.Sprintf("%s is an action of %s, and no %s is among what was read", e.Action, title(e.Cloud), Noun(e.Cloud))
}

// title names a cloud to people.
func title(c entitlement.Cloud) string {
	switch c {
	case entitlement.AWS:
		return "AWS"
	case entitlement.Azure:
		return "Azure"
	case entitlement.GCP:
		return "Google Cloud"
	case entitlement.Platform:
	}
	return string(c)
}

// Noun names what is a system in a cloud: an account, a subscription, a project.
func Noun(c entitlement.Cloud) string {
	switch c {
	case entitlement.AWS, "":
		return "account"
	case entitlement.Azure:
		return "subscription"
	case entitlement.GCP:
		return "project"
	case entitlement.Platform:
	}
	return "system"
}

// side returns who answers about an action.
func (a *Asker) side(action string) (side, error) {
	cloud := CloudOf(action)
	if cloud == "" && a.aws != nil && len(a.sides) == 1 {
		cloud = entitlement.AWS // Which says what is wrong with it.
	}
	if s := a.sides[cloud]; s != nil {
		return s, nil
	}
	if cloud == "" {
		return nil, fieldf(fieldAction, "%q is no action; AWS's are spelt as s3:GetObject, Azure's as Microsoft.Storage/storageAccounts/read, "+
			"Google Cloud's as storage.objects.get", action)
	}
	return nil, &FieldError{Field: fieldAction, Err: &NoSystemError{action, cloud}}
}
