variable "exporter_arn" {
  description = "ARN of the identity that the exporter runs as, which assumes the roles: a role or a user of any account."
  type        = string
}

variable "external_id" {
  description = "External id that the roles demand, as aws.organization.external_id. Null demands none."
  type        = string
  default     = null
}

variable "units" {
  description = "Ids of the organisational units whose accounts get the role, present and future; the root's id, r-…, is all."
  type        = set(string)
}

variable "account_role" {
  description = "Name of the role in each account, as aws.organization.account_role."
  type        = string
  default     = "LeastwardRead"
}

variable "organization_role" {
  description = "Name of the role that reads the organisation."
  type        = string
  default     = "LeastwardOrganization"
}

variable "trail_bucket" {
  description = "Bucket of the organisation's trail that the accounts' role reads. Its policy has to allow them. Null where events come from elsewhere."
  type        = string
  default     = null
}

variable "region" {
  description = "Region that the stacks of the accounts are in. Roles are of no region."
  type        = string
  default     = "us-east-1"
}
