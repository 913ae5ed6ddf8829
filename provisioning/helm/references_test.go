package helm_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// Whatever an object names is there.
func TestReferencesResolve(t *testing.T) {
	t.Parallel()
	for _, values := range cases() {
		t.Run(values, func(t *testing.T) {
			t.Parallel()
			o := render(t, values)
			want := 2
			if values == "reading-only" {
				want = 1
			}
			if len(o.sets) != want || len(o.services) != want || len(o.accounts) != want || len(o.policies) != want {
				t.Errorf("%d sets, %d services, %d accounts, %d policies; want %d each", len(o.sets), len(o.services), len(o.accounts), len(o.policies), want)
			}
			for name, set := range o.sets {
				o.checkSet(t, name, set)
				checkVolumes(t, o, name, set)
			}
			for name := range o.services {
				o.checkService(t, name)
			}
			o.checkPolicies(t)
			o.checkBudgets(t)
			o.checkMonitors(t)
		})
	}
}

func (o *objects) checkSet(t *testing.T, name string, set *appsv1.StatefulSet) {
	t.Helper()
	pod := &set.Spec.Template
	if !matches(set.Spec.Selector.MatchLabels, pod.Labels) {
		t.Errorf("%s does not select its own pods", name)
	}
	if o.accounts[pod.Spec.ServiceAccountName] == nil {
		t.Errorf("%s: there is no service account %q", name, pod.Spec.ServiceAccountName)
	}
	if o.services[set.Spec.ServiceName] == nil {
		t.Errorf("%s: there is no service %q", name, set.Spec.ServiceName)
	}
	if *set.Spec.Replicas != 1 {
		t.Errorf("%s has %d replicas, whose state is one folder", name, *set.Spec.Replicas)
	}
}

// checkVolumes holds mounts against volumes, and those against config maps. The
// secrets are the operator's.
func checkVolumes(t *testing.T, o *objects, name string, set *appsv1.StatefulSet) {
	t.Helper()
	keys := map[string][]string{}
	for _, v := range set.Spec.Template.Spec.Volumes {
		keys[v.Name] = nil
		if v.ConfigMap == nil {
			continue
		}
		if o.configs[v.ConfigMap.Name] == nil {
			t.Fatalf("%s: there is no config map %q", name, v.ConfigMap.Name)
		}
		keys[v.Name] = slices.Collect(maps.Keys(o.configs[v.ConfigMap.Name].Data))
	}
	for _, c := range set.Spec.VolumeClaimTemplates {
		keys[c.Name] = nil
	}
	mounted := map[string]bool{}
	for _, m := range set.Spec.Template.Spec.Containers[0].VolumeMounts {
		mounted[m.Name] = true
		within, ok := keys[m.Name]
		if !ok || m.SubPath != "" && !slices.Contains(within, m.SubPath) {
			t.Errorf("%s: nothing to mount at %s", name, m.MountPath)
		}
		if writes := m.Name == "state" || m.Name == "tmp"; m.ReadOnly == writes {
			t.Errorf("%s: %s is mounted with readOnly %t", name, m.MountPath, m.ReadOnly)
		}
	}
	if len(mounted) != len(keys) {
		t.Errorf("%s mounts %v of %v", name, mounted, keys)
	}
}

// checkService wants a service to lead to the pods of one set.
func (o *objects) checkService(t *testing.T, name string) {
	t.Helper()
	service, found := o.services[name], 0
	for _, set := range o.sets {
		if !matches(service.Spec.Selector, set.Spec.Template.Labels) {
			continue
		}
		found++
		for _, p := range service.Spec.Ports {
			if !slices.ContainsFunc(ports(set), func(c corev1.ContainerPort) bool { return c.Name == p.TargetPort.StrVal && c.ContainerPort == p.Port }) {
				t.Errorf("%s: %s has no port %s", name, set.Name, p.TargetPort.String())
			}
		}
	}
	if found != 1 || service.Spec.Type != corev1.ServiceTypeClusterIP {
		t.Errorf("%s leads to %d sets as %s", name, found, service.Spec.Type)
	}
}

func ports(set *appsv1.StatefulSet) []corev1.ContainerPort {
	return set.Spec.Template.Spec.Containers[0].Ports
}

// checkBudgets wants each budget to be one of a set.
func (o *objects) checkBudgets(t *testing.T) {
	t.Helper()
	for name, b := range o.budgets {
		if set := o.sets[name]; set == nil || !matches(b.Spec.Selector.MatchLabels, set.Spec.Template.Labels) {
			t.Errorf("the budget %s is of no set", name)
		}
	}
}

// checkMonitors wants each to find one service, by the name of its port.
func (o *objects) checkMonitors(t *testing.T) {
	t.Helper()
	for name, m := range o.monitors {
		var found []string
		for _, s := range o.services {
			if matches(m.Spec.Selector.MatchLabels, s.Labels) && s.Spec.Ports[0].Name == m.Spec.Endpoints[0].Port {
				found = append(found, s.Name)
			}
		}
		if diff := cmp.Diff([]string{name}, found); diff != "" {
			t.Error(diff)
		}
		e := m.Spec.Endpoints[0]
		if job := "ciem-" + name[strings.LastIndex(name, "-")+1:]; e.Relabelings[0].TargetLabel != "job" || e.Relabelings[0].Replacement != job {
			t.Errorf("%s is not scraped as job %s: %v", name, job, e.Relabelings)
		}
		if open := slices.Contains(o.sets[name].Spec.Template.Spec.Containers[0].Args, "--web.allow-unauthenticated"); open != (e.BasicAuth == nil) {
			t.Errorf("%s: does the listener ask for a password? %t; is there one? %t", name, !open, e.BasicAuth != nil)
		}
	}
}

func matches(selector, labels map[string]string) bool {
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return len(selector) > 0
}
