// Package helm_test holds the chart against Helm, what it renders against the
// types of Kubernetes, and the configurations in it against the programs.
package helm_test

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/leastward/leastward/internal/testkit"
)

const (
	chart      = "leastward"
	namespace  = "security"
	kubernetes = "1.33.0" // The version that the chart is rendered for: Helm asks no cluster.
)

// cases are the files of values that everything is tested with.
func cases() []string { return []string{"defaults", "everything", "reading-only"} }

// objects are what the chart renders, by name.
type objects struct {
	sets     map[string]*appsv1.StatefulSet
	services map[string]*corev1.Service
	accounts map[string]*corev1.ServiceAccount
	configs  map[string]*corev1.ConfigMap
	policies map[string]*networkingv1.NetworkPolicy
	budgets  map[string]*policyv1.PodDisruptionBudget
	monitors map[string]*serviceMonitor
	rules    map[string]*prometheusRule
}

// head is what every object has.
type head struct {
	Kind     string
	Metadata struct {
		Name, Namespace string
		Labels          map[string]string
	}
}

func helm(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), testkit.Tool(t, "helm"), append(args, "--kube-version", kubernetes)...)
	home := t.TempDir()
	cmd.Env = append(cmd.Environ(), "HELM_CACHE_HOME="+home, "HELM_CONFIG_HOME="+home, "HELM_DATA_HOME="+home)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	return string(out) + stderr.String(), err
}

// render renders the chart with a file of testdata and decodes each object
// strictly: a field that its kind does not have is an error.
func render(t *testing.T, values string) *objects {
	t.Helper()
	text, err := helm(t, "template", "ciem", chart, "--namespace", namespace, "--values", filepath.Join("testdata", values+".yaml"))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	text, _, _ = strings.Cut(text, "\nwalk.go:") // Helm tells of the links in files.
	o := &objects{
		sets: map[string]*appsv1.StatefulSet{}, services: map[string]*corev1.Service{}, accounts: map[string]*corev1.ServiceAccount{},
		configs: map[string]*corev1.ConfigMap{}, policies: map[string]*networkingv1.NetworkPolicy{}, budgets: map[string]*policyv1.PodDisruptionBudget{},
		monitors: map[string]*serviceMonitor{}, rules: map[string]*prometheusRule{},
	}
	for document := range strings.SplitSeq("\n"+text, "\n---\n") {
		var h head
		if err := yaml.Unmarshal([]byte(document), &h); err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		if h.Kind != "" {
			o.add(t, &h, document+"\n") // A text may end with the line.
		}
	}
	return o
}

func (o *objects) add(t *testing.T, h *head, document string) {
	t.Helper()
	name := h.Metadata.Name
	if h.Metadata.Namespace != namespace || h.Metadata.Labels["app.kubernetes.io/name"] != chart {
		t.Errorf("%s %s is in namespace %q with labels %v", h.Kind, name, h.Metadata.Namespace, h.Metadata.Labels)
	}
	switch h.Kind {
	case "StatefulSet":
		decode(t, o.sets, name, document)
	case "Service":
		decode(t, o.services, name, document)
	case "ServiceAccount":
		decode(t, o.accounts, name, document)
	case "ConfigMap":
		decode(t, o.configs, name, document)
	case "NetworkPolicy":
		decode(t, o.policies, name, document)
	case "PodDisruptionBudget":
		decode(t, o.budgets, name, document)
	case "ServiceMonitor":
		decode(t, o.monitors, name, document)
	case "PrometheusRule":
		decode(t, o.rules, name, document)
	default: // A Secret above all.
		t.Errorf("%s %s: the chart is to make no such object", h.Kind, name)
	}
}

func decode[T any](t *testing.T, into map[string]*T, name, document string) {
	t.Helper()
	if into[name] != nil {
		t.Errorf("%T %s stands twice", *into[name], name)
	}
	into[name] = new(T)
	text, err := yaml.YAMLToJSONStrict([]byte(document))
	if err != nil {
		t.Fatalf("%v in\n%s", err, document)
	}
	// Kubernetes tells small letters from capitals, which encoding/json does not.
	strict, err := json.UnmarshalStrict(text, into[name])
	if err := errors.Join(append(strict, err)...); err != nil {
		t.Errorf("%v in\n%s", err, document)
	}
}

// serviceMonitor and prometheusRule are the parts that we use of the kinds of
// the Prometheus operator:
// https://github.com/prometheus-operator/prometheus-operator/blob/main/Documentation/api-reference/api.md
type serviceMonitor struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata"`
	Spec       struct {
		Selector struct {
			MatchLabels map[string]string `json:"matchLabels"`
		} `json:"selector"`
		Endpoints []struct {
			Port          string `json:"port"`
			Interval      string `json:"interval"`
			ScrapeTimeout string `json:"scrapeTimeout"`
			HonorLabels   bool   `json:"honorLabels"`
			BasicAuth     *struct {
				Username corev1.SecretKeySelector `json:"username"`
				Password corev1.SecretKeySelector `json:"password"`
			} `json:"basicAuth"`
			Relabelings []struct {
				TargetLabel string `json:"targetLabel"`
				Replacement string `json:"replacement"`
			} `json:"relabelings"`
		} `json:"endpoints"`
	} `json:"spec"`
}

type prometheusRule struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata"`
	Spec       struct {
		Groups []struct {
			Name     string `json:"name"`
			Interval string `json:"interval"`
			Rules    []struct {
				Record      string            `json:"record"`
				Alert       string            `json:"alert"`
				Expr        string            `json:"expr"`
				For         string            `json:"for"`
				KeepFiring  string            `json:"keep_firing_for"`
				Labels      map[string]string `json:"labels"`
				Annotations map[string]string `json:"annotations"`
			} `json:"rules"`
		} `json:"groups"`
	} `json:"spec"`
}
