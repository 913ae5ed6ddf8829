# What the exporter needs to read Azure, and nothing else: docs/permissions-azure.md says what each permission
# is for. A test holds the lists against docs/policies, and these against the calls that the exporter makes.

data "azurerm_management_group" "read" {
  name = var.management_group
}

data "azuread_application_published_app_ids" "known" {}

data "azuread_service_principal" "graph" {
  client_id = data.azuread_application_published_app_ids.known.result["MicrosoftGraph"]
}

resource "azuread_application" "exporter" {
  display_name = var.name

  required_resource_access {
    resource_app_id = data.azuread_service_principal.graph.client_id

    dynamic "resource_access" {
      for_each = var.graph_permissions
      content {
        id   = data.azuread_service_principal.graph.app_role_ids[resource_access.value]
        type = "Role"
      }
    }
  }
}

resource "azuread_service_principal" "exporter" {
  client_id = azuread_application.exporter.client_id
}

# The consent of an administrator.
resource "azuread_app_role_assignment" "graph" {
  for_each = var.graph_permissions

  app_role_id         = data.azuread_service_principal.graph.app_role_ids[each.value]
  principal_object_id = azuread_service_principal.exporter.object_id
  resource_object_id  = data.azuread_service_principal.graph.object_id
}

resource "azuread_application_federated_identity_credential" "exporter" {
  count = var.federated_identity == null ? 0 : 1

  application_id = azuread_application.exporter.id
  display_name   = var.name
  audiences      = ["api://AzureADTokenExchange"]
  issuer         = var.federated_identity.issuer
  subject        = var.federated_identity.subject
}

resource "azurerm_role_definition" "read" {
  name        = "Leastward exporter"
  scope       = data.azurerm_management_group.read.id
  description = "Reads who may do what, on which resources, and the Activity Log. Changes nothing and reads no data."

  permissions {
    actions = [
      "Microsoft.Authorization/classicAdministrators/read",
      "Microsoft.Authorization/denyAssignments/read",
      "Microsoft.Authorization/providerOperations/read",
      "Microsoft.Authorization/roleAssignmentScheduleInstances/read",
      "Microsoft.Authorization/roleAssignments/read",
      "Microsoft.Authorization/roleDefinitions/read",
      "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
      "Microsoft.Compute/virtualMachineScaleSets/read",
      "Microsoft.Compute/virtualMachines/read",
      "Microsoft.Insights/eventtypes/values/Read",
      "Microsoft.ManagedIdentity/userAssignedIdentities/read",
      "Microsoft.Management/managementGroups/read",
      "Microsoft.Network/networkInterfaces/read",
      "Microsoft.Network/networkSecurityGroups/read",
      "Microsoft.Resources/subscriptions/read",
      "Microsoft.Storage/storageAccounts/blobServices/containers/read",
      "Microsoft.Storage/storageAccounts/read",
      "Microsoft.Web/sites/read",
    ]
    not_actions = []
  }

  assignable_scopes = [data.azurerm_management_group.read.id]
}

resource "azurerm_role_assignment" "read" {
  scope              = data.azurerm_management_group.read.id
  role_definition_id = azurerm_role_definition.read.role_definition_resource_id
  principal_id       = azuread_service_principal.exporter.object_id
  principal_type     = "ServicePrincipal"
}
