package escalation

import "github.com/leastward/leastward/internal/entitlement"

// The services whose workloads the paths start or take over.
const (
	appRunner    = "tasks.apprunner.amazonaws.com"
	agentCore    = "bedrock-agentcore.amazonaws.com"
	stacks       = "cloudformation.amazonaws.com"
	codeBuild    = "codebuild.amazonaws.com"
	dataPipeline = "datapipeline.amazonaws.com"
	mapReduce    = "elasticmapreduce.amazonaws.com"
	ec2          = "ec2.amazonaws.com"
	ecsTasks     = "ecs-tasks.amazonaws.com"
	glue         = "glue.amazonaws.com"
	lambda       = "lambda.amazonaws.com"
	sageMaker    = "sagemaker.amazonaws.com"
)

const passRole = "iam:PassRole role to pass"

// newPaths start something new that acts as a role which is passed to it.
func newPaths() []Path {
	row := func(id, service, exists string, more ...string) Path {
		return Path{
			ID: id, Category: NewPassRole, shape: onPassed, Services: []string{service}, Exists: exists,
			Needs: needs(append([]string{passRole}, more...)...),
		}
	}
	const (
		run  = "ec2:RunInstances =image,instance,network-interface,security-group,subnet,volume"
		spot = "ec2:RequestSpotInstances =image,network-interface,security-group,spot-instances-request,subnet"
		task = "ecs:RegisterTaskDefinition =task-definition"
		job  = "glue job"
	)
	out := []Path{
		row("apprunner-001", appRunner, "", "apprunner:CreateService =service"),
		row("bedrock-001", agentCore, "", "bedrock-agentcore:CreateCodeInterpreter any", "bedrock-agentcore:StartCodeInterpreterSession =code-interpreter-custom", "bedrock-agentcore:InvokeCodeInterpreter =code-interpreter-custom"),
		row("cloudformation-001", stacks, "", "cloudformation:CreateStack =stack"),
		row("cloudformation-003", stacks, "", "cloudformation:CreateStackSet any", "cloudformation:CreateStackInstances =stackset"),
		row("cloudformation-004", stacks, "cloudformation stack set", "cloudformation:UpdateStackSet =stackset"),
		row("codebuild-001", codeBuild, "", "codebuild:CreateProject =project", "codebuild:StartBuild =project"),
		row("codebuild-004", codeBuild, "", "codebuild:CreateProject =project", "codebuild:StartBuildBatch =project"),
		row("datapipeline-001", dataPipeline, "", "datapipeline:CreatePipeline any", "datapipeline:PutPipelineDefinition =pipeline", "datapipeline:ActivatePipeline =pipeline"),
		row("ec2-001", ec2, "", run),
		row("ec2-003", ec2, "", spot),
		row("ecs-001", ecsTasks, "", "ecs:CreateCluster =cluster", task, "ecs:CreateService =service"),
		row("ecs-002", ecsTasks, "", "ecs:CreateCluster =cluster", task, "ecs:RunTask =task-definition"),
		row("ecs-003", ecsTasks, "ecs cluster", task, "ecs:CreateService =service"),
		row("ecs-004", ecsTasks, "ecs cluster", task, "ecs:RunTask =task-definition"),
		row("ecs-005", ecsTasks, "ecs container instance", task, "ecs:StartTask =task-definition"),
		row("glue-001", glue, "", "glue:CreateDevEndpoint any"),
		row("glue-003", glue, "", "glue:CreateJob =job", "glue:StartJobRun =job"),
		row("glue-004", glue, "", "glue:CreateJob =job", "glue:CreateTrigger =trigger"),
		row("glue-005", glue, job, "glue:UpdateJob =job", "glue:StartJobRun =job"),
		row("glue-006", glue, job, "glue:UpdateJob =job", "glue:CreateTrigger =trigger"),
		row("lambda-001", lambda, "", "lambda:CreateFunction =function", "lambda:InvokeFunction =function"),
		row("lambda-002", lambda, "event source", "lambda:CreateFunction =function", "lambda:CreateEventSourceMapping any"),
		row("lambda-006", lambda, "", "lambda:CreateFunction =function", "lambda:AddPermission =function"),
		row("sagemaker-001", sageMaker, "", "sagemaker:CreateNotebookInstance =notebook-instance"),
		row("sagemaker-002", sageMaker, "", "sagemaker:CreateTrainingJob =training-job"),
		row("sagemaker-003", sageMaker, "", "sagemaker:CreateProcessingJob =processing-job"),
	}
	for i := range out {
		switch out[i].ID {
		case "cloudformation-003", "cloudformation-004":
			out[i].shape = onStackSets
		case "datapipeline-001":
			out[i].Services = append(out[i].Services, mapReduce)
		}
	}
	return out
}

// existingPaths take over something that acts as a role.
func existingPaths() []Path {
	row := func(id, service, exists string, more ...string) Path {
		return Path{
			ID: id, Category: ExistingPassRole, shape: onPassed, Services: []string{service}, Exists: exists,
			Needs: needs(more...),
		}
	}
	on := func(kind entitlement.Kind, id, exists string, more ...string) Path {
		p := row(id, ec2, exists, more...)
		if p.Runs = kind; kind == entitlement.Function {
			p.Services = []string{lambda}
		}
		p.shape = onWorkload
		return p
	}
	const function, instance = entitlement.Function, entitlement.Instance
	changeSet := row("cloudformation-005", stacks, "cloudformation stack", "cloudformation:CreateChangeSet =stack", "cloudformation:ExecuteChangeSet =stack")
	changeSet.Category = NewPassRole // The published list has it there, though nothing is passed.
	return []Path{
		row("apprunner-002", appRunner, "app runner service", "apprunner:UpdateService =service"),
		row("bedrock-002", agentCore, "bedrock code interpreter", "bedrock-agentcore:StartCodeInterpreterSession =code-interpreter-custom", "bedrock-agentcore:InvokeCodeInterpreter =code-interpreter-custom"),
		row("cloudformation-002", stacks, "cloudformation stack", "cloudformation:UpdateStack =stack"),
		changeSet,
		row("codebuild-002", codeBuild, "codebuild project", "codebuild:StartBuild =project"),
		row("codebuild-003", codeBuild, "codebuild project", "codebuild:StartBuildBatch =project"),
		on(instance, "ec2-002", "", "ec2:ModifyInstanceAttribute workload", "ec2:StopInstances workload", "ec2:StartInstances workload"),
		row("ec2-004", ec2, "ec2 launch template", "ec2:CreateLaunchTemplateVersion =launch-template", "ec2:ModifyLaunchTemplate =launch-template"),
		on(instance, "ec2instanceconnect-003", "network way to port 22", "ec2-instance-connect:SendSSHPublicKey workload", "ec2:DescribeInstances any"),
		row("glue-002", glue, "glue development endpoint", "glue:UpdateDevEndpoint =devendpoint"),
		on(function, "lambda-003", "invocation of the function", "lambda:UpdateFunctionCode workload"),
		on(function, "lambda-004", "", "lambda:UpdateFunctionCode workload", "lambda:InvokeFunction workload"),
		on(function, "lambda-005", "", "lambda:UpdateFunctionCode workload", "lambda:AddPermission workload"),
		row("sagemaker-004", sageMaker, "sagemaker notebook instance", "sagemaker:CreatePresignedNotebookInstanceUrl =notebook-instance"),
		row("sagemaker-005", sageMaker, "sagemaker notebook instance", "sagemaker:CreateNotebookInstanceLifecycleConfig =notebook-instance-lifecycle-config", "sagemaker:StopNotebookInstance =notebook-instance", "sagemaker:UpdateNotebookInstance =notebook-instance", "sagemaker:StartNotebookInstance =notebook-instance"),
		on(instance, "ssm-001", "ssm agent", "ssm:StartSession workload"),
		on(instance, "ssm-002", "ssm agent", "ssm:SendCommand workload"),
	}
}

// Paths returns the table of paths, sorted by id: the published ones and those
// of our own, which are marked.
func Paths() []Path {
	out := append(append(iamPaths(), newPaths()...), existingPaths()...)
	for i := range out {
		out[i].Name = nameOf(out[i].Needs)
		if out[i].ID == "ec2instanceconnect-003" { // Published under the one that matters.
			out[i].Name = string(out[i].Needs[0].Action)
		}
	}
	sortPaths(out)
	return out
}
