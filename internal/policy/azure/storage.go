package azure

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// Storage tells who outside of the directory has access to a storage account
// without any grant: anonymous reading must be allowed for the account and
// switched on for a container, and the account's firewall must let in the
// internet. See
// https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent and
// https://learn.microsoft.com/azure/storage/common/storage-network-security.
func Storage(_ *Subscription, r *entitlement.Resource) entitlement.BucketExposure {
	b := r.Bucket
	if b == nil {
		return exposure(entitlement.BucketIsUnknown, "the account's properties could not be read")
	}
	containers := "the containers that anybody may read are " + strings.Join(b.PublicContainers, ", ")
	public := len(b.PublicContainers) > 0
	switch {
	case b.PublicAllowed == entitlement.No && public:
		return exposure(entitlement.BucketIsRestricted, "the account does not allow anonymous access", containers+", once it does")
	case b.PublicAllowed == entitlement.No:
		return exposure(entitlement.BucketIsPrivate, "the account does not allow anonymous access")
	case b.NetworkClosed == entitlement.Yes && public:
		return exposure(entitlement.BucketIsRestricted, "the account's firewall keeps out the internet, or lets in only whom it names", containers+", once it does not")
	case b.PublicAllowed == entitlement.Unknown && public:
		return exposure(entitlement.BucketIsUnknown, "it is not known whether the account allows anonymous access", containers+", if it does")
	case public:
		return exposure(entitlement.BucketIsPublic, "the account allows anonymous access", containers)
	case b.ContainersUnknown:
		return exposure(entitlement.BucketIsUnknown, "the account does not forbid anonymous access, and its containers could not be read")
	}
	return exposure(entitlement.BucketIsPrivate, "no container lets anybody read")
}

func exposure(access string, because ...string) entitlement.BucketExposure {
	return entitlement.BucketExposure{Access: access, Because: because}
}
