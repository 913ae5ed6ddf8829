package aws_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/collect/aws"
)

// TestSecretsAreNotFound goes through calls whose parameters or answers hold
// secrets, by the API references of their services. CloudTrail hides many of
// them; here none is hidden. A secret has the word s3cr3t in it, and what is to be
// found the word found.
func TestSecretsAreNotFound(t *testing.T) {
	t.Parallel()
	for _, test := range [][4]string{
		{"iam", "CreateLoginProfile", `{"userName":"found","password":"s3cr3t"}`, `null`},
		{"iam", "ChangePassword", `{"a":"found","oldPassword":"s3cr3t","newPassword":"s3cr3t"}`, `null`},
		{"iam", "CreateAccessKey", `{"userName":"eve"}`, `{"accessKey":{"accessKeyId":"AKIAfound","secretAccessKey":"s3cr3t"}}`},
		{"iam", "CreateServiceSpecificCredential", `null`, `{"serviceSpecificCredential":{"servicePassword":"s3cr3t","serviceCredentialSecret":"s3cr3t","serviceUserName":"found"}}`},
		{"iam", "CreateVirtualMFADevice", `null`, `{"virtualMFADevice":{"serialNumber":"found","base32StringSeed":"s3cr3t","qRCodePNG":"s3cr3t"}}`},
		{"iam", "EnableMFADevice", `{"authenticationCode1":"s3cr3t1","authenticationCode2":"s3cr3t2","userName":"found"}`, `null`},
		{"iam", "UploadServerCertificate", `{"serverCertificateName":"found","privateKey":"s3cr3t"}`, `null`},
		{"sts", "AssumeRoleWithWebIdentity", `{"webIdentityToken":"s3cr3t","roleSessionName":"found"}`, `{"credentials":{"sessionToken":"s3cr3t","secretAccessKey":"s3cr3t"}}`},
		{"sts", "AssumeRoleWithSAML", `{"sAMLAssertion":"s3cr3t","roleArn":"found"}`, `null`},
		{"sts", "GetSessionToken", `{"serialNumber":"found","tokenCode":"s3cr3t"}`, `null`},
		{"secretsmanager", "GetSecretValue", `{"secretId":"found"}`, `{"secretString":"s3cr3t","secretBinary":"s3cr3t"}`},
		{"secretsmanager", "GetRandomPassword", `{"passwordLength":"found"}`, `{"randomPassword":"s3cr3t"}`},
		{"ec2", "GetPasswordData", `{"instanceId":"found"}`, `{"passwordData":"s3cr3t"}`},
		{"ec2", "RunInstances", `{"userData":"s3cr3t","imageId":"found"}`, `null`},
		{"ec2", "CreateLaunchTemplate", `{"CreateLaunchTemplateRequest":{"LaunchTemplateData":{"UserData":"s3cr3t","ImageId":"found"}}}`, `null`},
		{"ec2", "CreateKeyPair", `{"keyName":"found"}`, `{"keyMaterial":"s3cr3t"}`},
		{"ec2", "CreateVpnConnection", `{"options":{"tunnelOptions":[{"preSharedKey":"s3cr3t","tunnelInsideCidr":"found"}]}}`, `{"vpnConnection":{"customerGatewayConfiguration":"<xml>s3cr3t</xml>"}}`},
		{"directconnect", "CreatePrivateVirtualInterface", `{"newPrivateVirtualInterface":{"authKey":"s3cr3t","virtualInterfaceName":"found"}}`, `null`},
		{"lambda", "CreateFunction20150331", `{"environment":{"variables":{"DB":"s3cr3t"}},"functionName":"found"}`, `{"environment":{"variables":{"DB":"s3cr3t"}}}`},
		{"ecs", "RegisterTaskDefinition", `{"family":"found","containerDefinitions":[{"environment":[{"name":"DB","value":"s3cr3t"}]}]}`, `null`},
		{"ecs", "RunTask", `{"overrides":{"containerOverrides":[{"environment":[{"name":"DB","value":"s3cr3t"}],"name":"found"}]}}`, `null`},
		{"batch", "SubmitJob", `{"jobName":"found","containerOverrides":{"environment":[{"name":"DB","value":"s3cr3t"}]}}`, `null`},
		{"codebuild", "StartBuild", `{"projectName":"found","environmentVariablesOverride":[{"name":"DB","value":"s3cr3t","type":"PLAINTEXT"}]}`, `null`},
		{"codebuild", "ImportSourceCredentials", `{"token":"s3cr3t","serverType":"found"}`, `null`},
		{"codepipeline", "PutWebhook", `{"webhook":{"name":"found","authenticationConfiguration":{"secretToken":"s3cr3t"}}}`, `null`},
		{"apprunner", "CreateService", `{"serviceName":"found","sourceConfiguration":{"imageConfiguration":{"runtimeEnvironmentVariables":{"DB":"s3cr3t"}}}}`, `null`},
		{"elasticbeanstalk", "UpdateEnvironment", `{"environmentName":"found","optionSettings":[{"optionName":"DB","value":"s3cr3t"}]}`, `null`},
		{"amplify", "CreateApp", `{"name":"found","basicAuthCredentials":"s3cr3t","accessToken":"s3cr3t","environmentVariables":{"A":"s3cr3t"}}`, `null`},
		{"cloudformation", "CreateStack", `{"stackName":"found","templateBody":"Password: s3cr3t","parameters":[{"parameterKey":"p","parameterValue":"s3cr3t"}]}`, `null`},
		{"rds", "CreateDBInstance", `{"masterUserPassword":"s3cr3t","dBInstanceIdentifier":"found"}`, `null`},
		{"rds", "ModifyDBInstance", `{"a":"b"}`, `{"masterUserSecret":{"secretArn":"found"},"clientSecret":"s3cr3t"}`},
		{"redshift", "GetClusterCredentials", `{"dbUser":"found"}`, `{"dbPassword":"s3cr3t"}`},
		{"elasticache", "CreateReplicationGroup", `{"authToken":"s3cr3t","replicationGroupId":"found"}`, `null`},
		{"glue", "CreateConnection", `{"connectionInput":{"name":"found","connectionProperties":{"PASSWORD":"s3cr3t","JDBC_CONNECTION_URL":"jdbc:mysql://h/d?user=u&password=s3cr3t"}}}`, `null`},
		{"dms", "CreateEndpoint", `{"endpointIdentifier":"found","extraConnectionAttributes":"host=h;Pwd=s3cr3t","mongoDbSettings":{"password":"s3cr3t"}}`, `null`},
		{"cognito-idp", "InitiateAuth", `{"clientId":"found","authParameters":{"PASSWORD":"s3cr3t","SECRET_HASH":"s3cr3t"}}`, `{"authenticationResult":{"accessToken":"s3cr3t","idToken":"s3cr3t"}}`},
		{"cognito-idp", "ConfirmSignUp", `{"username":"found","confirmationCode":"s3cr3t","secretHash":"s3cr3t"}`, `null`},
		{"cognito-idp", "AssociateSoftwareToken", `{"a":"found"}`, `{"secretCode":"s3cr3t"}`},
		{"sso-oauth", "CreateToken", `{"clientId":"found","clientSecret":"s3cr3t","deviceCode":"s3cr3t","codeVerifier":"s3cr3t"}`, `null`},
		{"events", "CreateConnection", `{"name":"found","authParameters":{"apiKeyAuthParameters":{"apiKeyName":"n","apiKeyValue":"s3cr3t"}}}`, `null`},
		{"firehose", "CreateDeliveryStream", `{"httpEndpointDestinationConfiguration":{"endpointConfiguration":{"url":"found","accessKey":"s3cr3t"}}}`, `null`},
		{"appsync", "CreateApiKey", `{"apiId":"found"}`, `{"apiKey":{"id":"da2-s3cr3t"}}`},
		{"apigateway", "CreateDeployment", `{"stageName":"found","variables":{"k":"s3cr3t"}}`, `null`},
		{"lightsail", "CreateKeyPair", `{"keyPairName":"found"}`, `{"privateKeyBase64":"s3cr3t"}`},
		{"ds", "EnableRadius", `{"directoryId":"found","radiusSettings":{"sharedSecret":"s3cr3t"}}`, `null`},
		{"storagegateway", "UpdateChapCredentials", `{"targetARN":"found","secretToAuthenticateInitiator":"s3cr3t","secretToAuthenticateTarget":"s3cr3t"}`, `null`},
		{"ssm", "CreateActivation", `{"description":"found"}`, `{"activationCode":"s3cr3t"}`},
		{"kms", "GenerateDataKey", `{"keyId":"found"}`, `{"plaintext":"s3cr3t","ciphertextBlob":"s3cr3t"}`},
		{"quicksight", "CreateDataSource", `{"name":"found","credentials":{"credentialPair":{"username":"u","password":"s3cr3t"}}}`, `null`},
		{"quicksight", "GenerateEmbedUrlForRegisteredUser", `{"userArn":"found"}`, `{"embedUrl":"https://eu-west-1.quicksight.aws.amazon.com/embed/x?code=s3cr3t"}`},
		{"sagemaker", "CreatePresignedNotebookInstanceUrl", `{"notebookInstanceName":"found"}`, `{"authorizedUrl":"https://n.notebook.eu-west-1.sagemaker.aws?authToken=s3cr3t"}`},
		{"lambda", "GetFunction20150331v2", `{"functionName":"found"}`, `{"code":{"location":"https://b.s3.amazonaws.com/f?X-Amz-Date=1&X-Amz-Signature=s3cr3t"}}`},
		{"s3", "PutObject", `{"key":"found","x-amz-server-side-encryption-customer-key":"s3cr3t","X-Amz-Security-Token":"s3cr3t"}`, `null`},
		{"amplify", "UpdateApp", `{"repository":"https://user:s3cr3t@git.example.com/found","name":"found"}`, `null`},
		{"iot", "Any", `{"a":"-----BEGIN EC PRIVATE KEY-----\ns3cr3t\n-----END EC PRIVATE KEY-----","b":"found"}`, `null`},
		{"redshift-data", "ExecuteStatement", `{"sql":"***OMITTED s3cr3t***","database":"found"}`, `null`},
	} {
		source, name := test[0], test[1]
		ev := parsed(t, called(source, name, test[2], test[3]), aws.EventOptions{})
		if strings.Contains(ev.Detail, "s3cr3t") || !strings.Contains(ev.Detail, "found") {
			t.Errorf("%s %s: detail %q", source, name, ev.Detail)
		}
	}
}
