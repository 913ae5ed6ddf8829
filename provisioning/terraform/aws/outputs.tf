output "organization" {
  description = "The part aws.organization of the exporter's configuration."
  value = yamlencode({
    aws = {
      organization = merge(
        {
          role_arn     = aws_iam_role.organization.arn
          account_role = var.account_role
        },
        { for id in compact([var.external_id]) : "external_id" => id },
        { for bucket in compact([var.trail_bucket]) : "live" => { cloudtrail_s3 = { bucket = bucket } } },
      )
    }
  })
}

output "assume" {
  description = "Policy that the exporter's identity needs to assume the roles."
  value = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = [aws_iam_role.organization.arn, replace(aws_iam_role.account.arn, "/::\\d{12}:/", "::*:")]
    }]
  })
}
