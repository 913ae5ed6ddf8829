package helm_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// The pods pass the restricted profile:
// https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
func TestPodsAreRestricted(t *testing.T) {
	t.Parallel()
	for _, values := range cases() {
		for name, set := range render(t, values).sets {
			pod := &set.Spec.Template.Spec
			if len(pod.Containers) != 1 || len(pod.InitContainers) > 0 || len(pod.EphemeralContainers) > 0 {
				t.Fatalf("%s: %d containers", name, len(pod.Containers))
			}
			c, s := &pod.Containers[0], pod.SecurityContext
			checkAll(t, values+" "+name, map[string]bool{
				"host namespaces":   !pod.HostNetwork && !pod.HostPID && !pod.HostIPC,
				"non-root":          *s.RunAsNonRoot && *s.RunAsUser > 0 && *s.RunAsGroup > 0,
				"seccomp":           s.SeccompProfile.Type == corev1.SeccompProfileTypeRuntimeDefault,
				"privileges":        !*c.SecurityContext.AllowPrivilegeEscalation && c.SecurityContext.Privileged == nil,
				"capabilities":      cmp.Equal(c.SecurityContext.Capabilities, &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}),
				"root file system":  *c.SecurityContext.ReadOnlyRootFilesystem,
				"API token":         !*pod.AutomountServiceAccountToken,
				"service links":     !*pod.EnableServiceLinks,
				"memory limit":      !c.Resources.Limits.Memory().IsZero() && !c.Resources.Requests.Memory().IsZero(),
				"own volume kinds":  restrictedVolumes(pod.Volumes),
				"probes of its own": ownProbes(set),
			})
		}
	}
}

func checkAll(t *testing.T, name string, checks map[string]bool) {
	t.Helper()
	for what, ok := range checks {
		if !ok {
			t.Errorf("%s: %s", name, what)
		}
	}
}

func restrictedVolumes(volumes []corev1.Volume) bool {
	for i := range volumes {
		v := &volumes[i]
		if v.ConfigMap == nil && v.Secret == nil && v.EmptyDir == nil {
			return false
		}
	}
	return true
}

// ownProbes reports whether every probe runs the program itself, on the address
// and with the settings of its listener.
func ownProbes(set *appsv1.StatefulSet) bool {
	c := &set.Spec.Template.Spec.Containers[0]
	for _, p := range []*corev1.Probe{c.StartupProbe, c.LivenessProbe, c.ReadinessProbe} {
		command := p.Exec.Command
		if len(command) != 4 || command[0] != "/"+c.Name || command[1] != "--health.check" || !cmp.Equal(command[2:], c.Args[1:3]) {
			return false
		}
	}
	return true
}

func TestImagesArePinned(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`:\d+\.\d+\.\d+$|@sha256:[0-9a-f]{64}$`)
	for _, values := range cases() {
		for name, set := range render(t, values).sets {
			if image := set.Spec.Template.Spec.Containers[0].Image; !pinned.MatchString(image) {
				t.Errorf("%s %s: %s", values, name, image)
			}
		}
	}
}

// The two have accounts of their own, and so roles of their own.
func TestRolesAreApart(t *testing.T) {
	t.Parallel()
	roles := map[string]string{}
	for name, a := range render(t, "everything").accounts {
		roles[name] = a.Annotations["eks.amazonaws.com/role-arn"]
		if *a.AutomountServiceAccountToken {
			t.Errorf("%s mounts a token of the cluster's API", name)
		}
	}
	want := map[string]string{
		"ciem-exporter": "arn:aws:iam::999999999999:role/leastward-exporter", "ciem-remediator": "arn:aws:iam::999999999999:role/leastward-remediator",
	}
	if diff := cmp.Diff(want, roles); diff != "" {
		t.Error(diff)
	}
}

// No value of a secret stands in what is rendered: secrets are names and paths.
func TestNoSecretIsRendered(t *testing.T) {
	t.Parallel()
	secret := regexp.MustCompile(`(?im)^\s*[-\w]*(password|token|secret|credentials)\s*:\s*(\S.*)$`)
	for _, values := range cases() {
		o := render(t, values)
		for name, c := range o.configs {
			if strings.Contains(name, "-dashboard-") || strings.HasSuffix(name, "-rules") {
				continue
			}
			for _, text := range c.Data {
				for _, m := range secret.FindAllStringSubmatch(text, -1) {
					if !strings.HasPrefix(m[2], "$__env{LEASTWARD_") {
						t.Errorf("%s %s: %s", values, name, m[0])
					}
				}
			}
		}
		for name, set := range o.sets {
			for _, e := range set.Spec.Template.Spec.Containers[0].Env {
				if secret.MatchString(e.Name + ": x") {
					t.Errorf("%s %s: %s", values, name, e.Name)
				}
			}
		}
	}
}
