# Logs in a storage account. The role is one of its own: with data actions it can't be assigned on a management
# group.

locals {
  log_subscription = var.log_storage_account_id == null ? null : "/subscriptions/${split("/", var.log_storage_account_id)[2]}"
}

resource "azurerm_role_definition" "logs" {
  count = var.log_storage_account_id == null ? 0 : 1

  name        = "Leastward exporter logs"
  scope       = local.log_subscription
  description = "Reads the blobs of the storage account that diagnostic settings write to."

  permissions {
    data_actions = [
      "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
    ]
  }

  assignable_scopes = [local.log_subscription]
}

resource "azurerm_role_assignment" "logs" {
  count = var.log_storage_account_id == null ? 0 : 1

  scope              = var.log_storage_account_id
  role_definition_id = azurerm_role_definition.logs[0].role_definition_resource_id
  principal_id       = azuread_service_principal.exporter.object_id
  principal_type     = "ServicePrincipal"
}

resource "azurerm_monitor_diagnostic_setting" "activity" {
  for_each = var.log_storage_account_id == null ? toset([]) : var.log_subscriptions

  name               = "leastward"
  target_resource_id = "/subscriptions/${each.value}"
  storage_account_id = var.log_storage_account_id

  dynamic "enabled_log" {
    for_each = ["Administrative", "Security", "Policy"]
    content {
      category = enabled_log.value
    }
  }
}
