# Logs in an event hub. The built-in role reads the messages of that hub and nothing else.

resource "azurerm_role_assignment" "hub" {
  count = var.log_event_hub == null ? 0 : 1

  scope                = var.log_event_hub.id
  role_definition_name = "Azure Event Hubs Data Receiver"
  principal_id         = azuread_service_principal.exporter.object_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_monitor_diagnostic_setting" "hub" {
  for_each = var.log_event_hub == null ? toset([]) : var.log_subscriptions

  name                           = "leastward-hub"
  target_resource_id             = "/subscriptions/${each.value}"
  eventhub_name                  = reverse(split("/", var.log_event_hub.id))[0]
  eventhub_authorization_rule_id = var.log_event_hub.sender_rule_id

  dynamic "enabled_log" {
    for_each = ["Administrative", "Security", "Policy"]
    content {
      category = enabled_log.value
    }
  }
}
