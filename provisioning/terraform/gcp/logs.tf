# A sink of the scope sends the audit logs of all projects in it, present and
# future, to Pub/Sub or to a bucket.

locals {
  filter      = join(" OR ", [for log in ["activity", "data_access", "policy", "system_event"] : "log_id(\"cloudaudit.googleapis.com/${log}\")"])
  destination = var.logs == "bucket" ? "storage.googleapis.com/${var.log_bucket}" : "pubsub.googleapis.com/projects/${var.project}/topics/leastward-audit"
  sinks       = contains(["subscription", "bucket"], var.logs) ? 1 : 0
  writer = one(concat(
    google_logging_organization_sink.audit[*].writer_identity,
    google_logging_folder_sink.audit[*].writer_identity,
    google_logging_project_sink.audit[*].writer_identity,
  ))
}

resource "google_logging_organization_sink" "audit" {
  count            = local.kind == "organizations" ? local.sinks : 0
  name             = "leastward"
  org_id           = local.scope_id
  include_children = true
  destination      = local.destination
  filter           = local.filter
}

resource "google_logging_folder_sink" "audit" {
  count            = local.kind == "folders" ? local.sinks : 0
  name             = "leastward"
  folder           = local.scope_id
  include_children = true
  destination      = local.destination
  filter           = local.filter
}

resource "google_logging_project_sink" "audit" {
  count                  = local.kind == "projects" ? local.sinks : 0
  name                   = "leastward"
  project                = local.scope_id
  destination            = local.destination
  filter                 = local.filter
  unique_writer_identity = true
}

resource "google_pubsub_topic" "audit" {
  count      = var.logs == "subscription" ? 1 : 0
  project    = var.project
  name       = "leastward-audit"
  depends_on = [google_project_service.api]
}

resource "google_pubsub_topic_iam_member" "writer" {
  count   = var.logs == "subscription" ? 1 : 0
  project = var.project
  topic   = google_pubsub_topic.audit[0].name
  role    = "roles/pubsub.publisher"
  member  = local.writer
}

resource "google_pubsub_subscription" "exporter" {
  count                      = var.logs == "subscription" ? 1 : 0
  project                    = var.project
  name                       = "leastward"
  topic                      = google_pubsub_topic.audit[0].id
  ack_deadline_seconds       = 300
  message_retention_duration = "2678400s" # 31 days.
  expiration_policy {
    ttl = "" # Never.
  }
}

resource "google_project_iam_custom_role" "source" {
  for_each    = { for name, role in { subscription = local.subscription, bucket = local.bucket } : name => role if name == var.logs }
  project     = var.project
  role_id     = "leastward_${each.key}"
  title       = each.value.title
  description = each.value.description
  stage       = each.value.stage
  permissions = each.value.includedPermissions
}

resource "google_pubsub_subscription_iam_member" "exporter" {
  count        = var.logs == "subscription" ? 1 : 0
  project      = var.project
  subscription = google_pubsub_subscription.exporter[0].name
  role         = google_project_iam_custom_role.source["subscription"].id
  member       = local.member
}

resource "google_storage_bucket_iam_member" "writer" {
  count  = var.logs == "bucket" ? 1 : 0
  bucket = var.log_bucket
  role   = "roles/storage.objectCreator"
  member = local.writer
}

resource "google_storage_bucket_iam_member" "exporter" {
  count  = var.logs == "bucket" ? 1 : 0
  bucket = var.log_bucket
  role   = google_project_iam_custom_role.source["bucket"].id
  member = local.member
}
