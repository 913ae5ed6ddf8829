# What the exporter needs to read an organisation of AWS, as docs/permissions-aws.md
# says: a role that finds the accounts, and one in each account, of the statements
# of docs/policies. Apply it in the management account.

locals {
  policy     = jsondecode(file("${path.module}/../../../docs/policies/exporter-aws-read.json"))
  statements = { for s in local.policy.Statement : s.Sid => s }

  organization = ["Organization", "OrganizationAccounts", "IdentityCenter"]
  account      = ["Identities", "AccessAdvisor", "Workloads", "Buckets", "ResourcePolicies", "Trails", "EventHistory"]
  trail        = var.trail_bucket == null ? [] : ["TrailBucket", "TrailFiles"]

  organization_policy = jsonencode({
    Version   = local.policy.Version
    Statement = [for sid in local.organization : local.statements[sid]]
  })
  account_policy = jsonencode({
    Version = local.policy.Version
    Statement = concat(
      [for sid in local.account : local.statements[sid]],
      [for sid in local.trail : merge(local.statements[sid], {
        Resource = replace(local.statements[sid].Resource, "REPLACE-WITH-TRAIL-BUCKET", var.trail_bucket)
      })],
    )
  })

  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [merge(
      {
        Effect    = "Allow"
        Principal = { AWS = var.exporter_arn }
        Action    = "sts:AssumeRole"
      },
      { for id in compact([var.external_id]) : "Condition" => { StringEquals = { "sts:ExternalId" = id } } },
    )]
  })
}

resource "aws_iam_role" "organization" {
  name               = var.organization_role
  description        = "Lets the Leastward exporter find the accounts of the organisation."
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "organization" {
  name   = "read"
  role   = aws_iam_role.organization.id
  policy = local.organization_policy
}

# The management account's own, which a stack set leaves out.
resource "aws_iam_role" "account" {
  name               = var.account_role
  description        = "Lets the Leastward exporter read who may do what."
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "account" {
  name   = "read"
  role   = aws_iam_role.account.id
  policy = local.account_policy
}

# Every other account's, also of those that join later. Trusted access of stack
# sets has to be on: aws cloudformation activate-organizations-access.
resource "aws_cloudformation_stack_set" "account" {
  name             = "leastward-${lower(var.account_role)}"
  permission_model = "SERVICE_MANAGED"
  capabilities     = ["CAPABILITY_NAMED_IAM"]

  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  template_body = jsonencode({
    Resources = {
      Role = {
        Type = "AWS::IAM::Role"
        Properties = {
          RoleName                 = var.account_role
          Description              = "Lets the Leastward exporter read who may do what."
          AssumeRolePolicyDocument = jsondecode(local.trust)
          Policies                 = [{ PolicyName = "read", PolicyDocument = jsondecode(local.account_policy) }]
        }
      }
    }
  })

  lifecycle {
    ignore_changes = [administration_role_arn]
  }
}

resource "aws_cloudformation_stack_set_instance" "account" {
  stack_set_name = aws_cloudformation_stack_set.account.name
  region         = var.region

  deployment_targets {
    organizational_unit_ids = var.units
  }
}
