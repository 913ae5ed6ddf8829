# What the exporter needs to read Google Cloud, as docs/permissions-gcp.md says:
# a service account, the custom roles of docs/policies, and where events come
# from. Groups and users are allowed in the admin console, not here.

locals {
  kind     = split("/", var.scope)[0]
  scope_id = split("/", var.scope)[1]
  policies = "${path.module}/../../../docs/policies"

  read         = yamldecode(file("${local.policies}/exporter-gcp-read.yaml"))
  entries      = yamldecode(file("${local.policies}/exporter-gcp-entries.yaml"))
  subscription = yamldecode(file("${local.policies}/exporter-gcp-subscription.yaml"))
  bucket       = yamldecode(file("${local.policies}/exporter-gcp-bucket.yaml"))

  # A role of a project can't have the permissions of what is above it.
  project_read = [
    for p in local.read.includedPermissions : p
    if length(regexall("^(resourcemanager\\.folders|resourcemanager\\.organizations|resourcemanager\\.projects\\.list|iam\\.principalaccessboundarypolicies)", p)) == 0
  ]
  above   = local.kind != "projects"
  granted = { for name, role in { read = local.read, entries = local.entries } : name => role if contains(["read", var.logs], name) }
  member  = "serviceAccount:${google_service_account.exporter.email}"

  apis = toset([
    "admin.googleapis.com",
    "cloudasset.googleapis.com",
    "cloudidentity.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "policyanalyzer.googleapis.com",
    "pubsub.googleapis.com",
    "storage.googleapis.com",
  ])
}

resource "google_project_service" "api" {
  for_each           = local.apis
  project            = var.project
  service            = each.value
  disable_on_destroy = false
}

resource "google_service_account" "exporter" {
  project      = var.project
  account_id   = "leastward"
  display_name = "Leastward exporter"
  description  = "Reads who may do what, and the audit logs."
}

resource "google_project_iam_member" "quota" {
  project = var.project
  role    = "roles/serviceusage.serviceUsageConsumer"
  member  = local.member
}

resource "google_service_account_iam_member" "impersonator" {
  for_each           = var.impersonators
  service_account_id = google_service_account.exporter.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = each.value
}

resource "google_organization_iam_custom_role" "reader" {
  for_each    = { for name, role in local.granted : name => role if local.above }
  org_id      = var.organization_id
  role_id     = "leastward_${each.key}"
  title       = each.value.title
  description = each.value.description
  stage       = each.value.stage
  permissions = each.value.includedPermissions
}

resource "google_project_iam_custom_role" "reader" {
  for_each    = { for name, role in local.granted : name => role if !local.above }
  project     = local.scope_id
  role_id     = "leastward_${each.key}"
  title       = each.value.title
  description = each.value.description
  stage       = each.value.stage
  permissions = each.key == "read" ? local.project_read : each.value.includedPermissions
}

resource "google_organization_iam_member" "reader" {
  for_each = { for name, role in local.granted : name => role if local.kind == "organizations" }
  org_id   = local.scope_id
  role     = google_organization_iam_custom_role.reader[each.key].id
  member   = local.member
}

resource "google_folder_iam_member" "reader" {
  for_each = { for name, role in local.granted : name => role if local.kind == "folders" }
  folder   = var.scope
  role     = google_organization_iam_custom_role.reader[each.key].id
  member   = local.member
}

resource "google_project_iam_member" "reader" {
  for_each = { for name, role in local.granted : name => role if local.kind == "projects" }
  project  = local.scope_id
  role     = google_project_iam_custom_role.reader[each.key].id
  member   = local.member
}
