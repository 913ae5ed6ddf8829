package azure

import "github.com/leastward/leastward/internal/collect/records/jsonscan"

// fieldOf knows the names that fields have in the shapes of the Activity Log,
// of Entra's logs and of those of resources. See
// https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema,
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/azureactivity and
// https://learn.microsoft.com/graph/api/resources/signin.
func fieldOf(name jsonscan.Text) field {
	if len(name) > longestName {
		return fieldNone
	}
	var buf [longestName]byte
	key := fold(buf[:0], name)
	if f := commonField(key); f != fieldNone {
		return f
	}
	return specialField(key)
}

func commonField(key []byte) field {
	switch string(key) {
	case "time", "eventtimestamp":
		return fieldTime
	case "timegenerated", "timestamp", "@timestamp":
		return fieldGenerated
	case "operationname":
		return fieldOperationName
	case "operationnamevalue":
		return fieldOperationValue
	case "category", "categoryvalue":
		return fieldCategory
	case "type":
		return fieldType
	case "resourceid":
		return fieldResourceID
	case "subscriptionid":
		return fieldSubscription
	case "resulttype", "status", "activitystatusvalue", "statustext":
		return fieldStatus
	case "resultsignature", "substatus", "activitysubstatusvalue":
		return fieldSubStatus
	case "statuscode":
		return fieldStatusCode
	case "resultdescription", "description":
		return fieldDescription
	case "calleripaddress", "ipaddress":
		return fieldAddress
	case "correlationid":
		return fieldCorrelation
	case "location":
		return fieldLocation
	case "identity":
		return fieldIdentity
	case "authorization", "authorizationd":
		return fieldAuthorization
	case "claims", "claimsd":
		return fieldClaims
	case "caller":
		return fieldCaller
	case "properties", "propertiesd":
		return fieldProperties
	case "eventdataid":
		return fieldEventID
	case "id":
		return fieldID
	case "httprequest":
		return fieldHTTP
	case "eventname":
		return fieldEventName
	}
	return fieldNone
}

func specialField(key []byte) field {
	switch string(key) {
	case "createddatetime":
		return fieldCreated
	case "activitydatetime":
		return fieldActivityTime
	case "activitydisplayname":
		return fieldActivity
	case "useragent", "useragentheader", "clientinfo", "clientinfos":
		return fieldUserAgent
	case "uri", "requesturi", "requesturis":
		return fieldURI
	case "userid", "requesterobjectid", "identityclaimoidg", "identityclaimhttpschemasmicrosoftcomidentityclaimsobjectidentifierg":
		return fieldUserID
	case "userprincipalname", "requesterupn", "identityclaimupns", "identityclaimhttpschemasxmlsoaporgws200505identityclaimsupns":
		return fieldUserName
	case "serviceprincipalid":
		return fieldPrincipalID
	case "serviceprincipalname":
		return fieldPrincipalName
	case "serviceprincipalcredentialkeyid":
		return fieldKeyID
	case "appid", "requesterappid", "identityclaimappidg":
		return fieldAppID
	case "managedidentitytype", "identityclaimxmsmirids":
		return fieldManagedType
	case "resourceidentity":
		return fieldAPIID
	case "resourcedisplayname":
		return fieldAPIName
	case "initiatedby":
		return fieldInitiatedBy
	case "targetresources":
		return fieldTargets
	case "result":
		return fieldResult
	case "resultreason":
		return fieldResultReason
	case "additionaldetails":
		return fieldDetails
	case "signineventtypes":
		return fieldSignInKinds
	case "authenticationtype":
		return fieldAuthentication
	case "objectkey":
		return fieldObjectKey
	case "httpstatuscode", "httpstatuscoded":
		return fieldStatusCode
	case "metricname":
		return fieldMetric
	case "message", "raw", "source", "body", "eventdata":
		return fieldWrapped
	}
	return fieldNone
}
