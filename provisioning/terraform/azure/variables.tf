variable "management_group" {
  description = "Name of the management group whose subscriptions are read, present and future. The tenant's id is the root group."
  type        = string
}

variable "name" {
  description = "Display name of the application."
  type        = string
  default     = "leastward-exporter"
}

variable "federated_identity" {
  description = "Who may sign in as the application without a secret, such as a service account of Kubernetes. Null makes none."
  type = object({
    issuer  = string
    subject = string
  })
  default = null
}

variable "log_storage_account_id" {
  description = "Id of the storage account that diagnostic settings write to. Null where events come from the Activity Log's API."
  type        = string
  default     = null
}

variable "log_event_hub" {
  description = "Event hub that diagnostic settings send to: its id, and that of the rule of its namespace which lets them send (RootManageSharedAccessKey is one). Null where there is none."
  type = object({
    id             = string
    sender_rule_id = string
  })
  default = null
}

variable "log_subscriptions" {
  description = "Ids (GUIDs) of subscriptions whose Activity Log is to be sent there, to the storage account or the event hub, by a diagnostic setting."
  type        = set(string)
  default     = []
}

variable "graph_permissions" {
  description = "Application permissions of Microsoft Graph. Leave out AuditLog.Read.All without Entra ID P1."
  type        = set(string)
  default     = ["Application.Read.All", "AuditLog.Read.All", "GroupMember.Read.All", "User.Read.All"]
}
