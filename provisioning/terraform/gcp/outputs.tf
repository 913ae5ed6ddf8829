output "service_account" {
  description = "For gcp.live.impersonate, and for the administrator's role Groups Reader."
  value       = google_service_account.exporter.email
}

output "live" {
  description = "The part gcp.live of the exporter's configuration."
  value = yamlencode({
    gcp = {
      live = {
        scope         = var.scope
        impersonate   = google_service_account.exporter.email
        quota_project = var.project
        logs = {
          subscription = { subscription = one(google_pubsub_subscription.exporter[*].id) }
          bucket       = { bucket = var.log_bucket }
          entries      = { entries = true }
          none         = {}
        }[var.logs]
      }
    }
  })
}
