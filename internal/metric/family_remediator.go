package metric

func remediatorFamilies() []*Family {
	return []*Family{
		RemediatorBuildInfo(), RemediatorConfigReloadSuccessful(), RemediatorConfigReloadTime(), RemediatorDryRun(),
		RemediatorNotifications(), RemediatorAlerts(), RemediatorRuns(), RemediatorOldestRun(),
		RemediatorRunsFinished(), RemediatorSteps(), RemediatorRollbacks(), RemediatorApprovals(),
	}
}

// RemediatorBuildInfo says which remediator runs.
func RemediatorBuildInfo() *Family {
	return buildInfo("ciem_remediator_build_info", Remediator, Remediations)
}

// RemediatorConfigReloadSuccessful tells whether the configuration file is the
// one in force.
func RemediatorConfigReloadSuccessful() *Family {
	return reloadSuccessful("ciem_remediator_config_last_reload_successful", Remediator, Remediations)
}

// RemediatorConfigReloadTime is when the configuration in force was loaded.
func RemediatorConfigReloadTime() *Family {
	return reloadTime("ciem_remediator_config_last_reload_success_timestamp_seconds", Remediator, Remediations)
}

// RemediatorDryRun tells whether the remediator can change anything.
func RemediatorDryRun() *Family {
	f := single("ciem_remediator_dry_run", "", Remediator, Remediations, "Whether runs of the playbook only plan (1) or change the cloud (0).")
	f.Labels, f.Bound = []string{"playbook"}, "one per playbook"
	return f
}

// RemediatorNotifications counts the webhook requests.
func RemediatorNotifications() *Family {
	return remediatorCounter("ciem_remediator_notifications_received_total",
		"Number of webhook requests by outcome (accepted, unauthorized, malformed, failed).", "four", "outcome")
}

// RemediatorAlerts counts the alerts within the webhook requests.
func RemediatorAlerts() *Family {
	return remediatorCounter("ciem_remediator_alerts_received_total",
		"Number of alerts received by outcome (accepted, duplicate, resolved, ignored, rejected).", "five", "outcome")
}

// RemediatorRuns counts the runs by state.
func RemediatorRuns() *Family {
	return remediatorGauge("ciem_remediator_runs", "", "Number of runs of the playbook by state.")
}

// RemediatorOldestRun is since when the oldest run waits in its state.
func RemediatorOldestRun() *Family {
	return remediatorGauge("ciem_remediator_oldest_run_timestamp_seconds", "seconds",
		"Unix time at which the oldest run in the state entered it; absent if there is none.")
}

// RemediatorRunsFinished counts the runs that ended.
func RemediatorRunsFinished() *Family {
	return remediatorCounter("ciem_remediator_runs_finished_total",
		"Number of runs of the playbook that ended, by the state they ended in.",
		"one per playbook and final state", "playbook", "state")
}

// RemediatorSteps counts the steps of all runs.
func RemediatorSteps() *Family {
	return remediatorCounter("ciem_remediator_steps_total", "Number of steps that ended, by outcome (succeeded, failed, retried).",
		"three per step of each playbook", "playbook", "step", "outcome")
}

// RemediatorRollbacks counts the runs that were undone.
func RemediatorRollbacks() *Family {
	return remediatorCounter("ciem_remediator_rollbacks_total", "Number of runs that were rolled back, by outcome (succeeded, failed).",
		"two per playbook", "playbook", "outcome")
}

// RemediatorApprovals counts the decisions of approvers.
func RemediatorApprovals() *Family {
	return remediatorCounter("ciem_remediator_approvals_total", "Number of approvals by decision (approved, denied, expired).",
		"three per playbook", "playbook", "decision")
}

func remediatorGauge(name, unit, help string) *Family {
	return &Family{
		Name: name, Help: help, Type: Gauge, Unit: unit, Labels: []string{"playbook", "state"},
		Bound: "one per playbook and state of a run", Program: Remediator, Group: Remediations,
	}
}

func remediatorCounter(name, help, bound string, labels ...string) *Family {
	return &Family{Name: name, Help: help, Type: Counter, Labels: labels, Bound: bound, Program: Remediator, Group: Remediations}
}
