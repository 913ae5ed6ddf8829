variable "scope" {
  description = "What the exporter reads: organizations/123, folders/123 or projects/my-project. As gcp.live.scope."
  type        = string
  validation {
    condition     = can(regex("^(organizations/[0-9]+|folders/[0-9]+|projects/[a-z0-9.:-]+)$", var.scope))
    error_message = "Write organizations/123, folders/123 or projects/my-project."
  }
}

variable "organization_id" {
  description = "The number of the organization, which the custom roles are made in. Not needed for the scope of a project."
  type        = string
  default     = null
}

variable "project" {
  description = "The project of the service account, of the APIs' quotas and of the subscription."
  type        = string
}

variable "logs" {
  description = "Where events come from: subscription (a sink feeds Pub/Sub), bucket (a sink writes to log_bucket), entries (Cloud Logging itself) or none."
  type        = string
  default     = "subscription"
  validation {
    condition     = contains(["subscription", "bucket", "entries", "none"], var.logs)
    error_message = "Write subscription, bucket, entries or none."
  }
}

variable "log_bucket" {
  description = "The name of an existing bucket for logs = bucket."
  type        = string
  default     = null
}

variable "impersonators" {
  description = "Who may act as the service account: members such as principal://iam.googleapis.com/… of workload identity federation, for gcp.live.impersonate or credentials_file."
  type        = set(string)
  default     = []
}
