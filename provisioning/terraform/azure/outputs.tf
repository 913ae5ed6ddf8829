output "client_id" {
  description = "azure.live.client_id of the exporter's configuration."
  value       = azuread_application.exporter.client_id
}

output "tenant_id" {
  description = "azure.live.tenant_id."
  value       = azuread_service_principal.exporter.application_tenant_id
}
