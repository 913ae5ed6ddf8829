{{/* The name of the release's objects. */}}
{{- define "leastward.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains "leastward" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-leastward" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What a component's objects are found by; it never changes. Takes
(dict "root" $ "component" "exporter"), as all that follow do. */}}
{{- define "leastward.selector" -}}
app.kubernetes.io/name: leastward
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "leastward.labels" -}}
{{ include "leastward.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: leastward
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "leastward.name" -}}
{{ include "leastward.fullname" .root }}-{{ .component }}
{{- end -}}

{{/* The address of the other component, within the cluster. */}}
{{- define "leastward.url" -}}
http://{{ include "leastward.name" . }}.{{ .root.Release.Namespace }}.svc:{{ (index .root.Values .component).service.port }}
{{- end -}}

{{- define "leastward.image" -}}
{{- $image := (index .root.Values .component).image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* The exporter's configuration: the values, with where things are. */}}
{{- define "leastward.exporter.config" -}}
{{- $config := deepCopy .Values.exporter.config -}}
{{- $_ := set $config "data_dir" "/var/lib/leastward" -}}
{{- if and $config.remediation .Values.remediator.enabled -}}
{{- $url := include "leastward.url" (dict "root" . "component" "remediator") -}}
{{- $_ := set $config "remediation" (merge $config.remediation (dict "url" $url)) -}}
{{- else if not (dig "remediation" "url" "" $config) -}}
{{- $_ := unset $config "remediation" -}}
{{- end -}}
{{ toYaml $config }}
{{- end -}}

{{- define "leastward.remediator.config" -}}
{{- $config := deepCopy .Values.remediator.config -}}
{{- $_ := set $config "state" (dict "path" "/var/lib/leastward/remediator.db") -}}
{{- if $config.exporter -}}
{{- $url := include "leastward.url" (dict "root" . "component" "exporter") -}}
{{- $_ := set $config "exporter" (merge $config.exporter (dict "url" $url)) -}}
{{- end -}}
{{ toYaml $config }}
{{- end -}}

{{/* How the program is told where to listen, for itself and for its probes. */}}
{{- define "leastward.listen" -}}
{{- $c := index .root.Values .component -}}
- --web.listen-address=:{{ $c.service.port }}
{{- if $c.allowUnauthenticated }}
- --web.allow-unauthenticated
{{- else }}
- --web.config.file=/etc/leastward/secrets/web.yml
{{- end }}
{{- end -}}

{{/* The program asks itself: the image has no shell, and who calls must log in. */}}
{{- define "leastward.probe" -}}
exec:
  command:
    - /{{ .component }}
    - --health.check
    {{- include "leastward.listen" . | nindent 4 }}
timeoutSeconds: 10
{{- end -}}

{{/* The egress rule to the clouds. */}}
{{- define "leastward.clouds" -}}
- to: {{- toYaml .Values.networkPolicy.egress.clouds | nindent 4 }}
  ports:
    {{- range .Values.networkPolicy.egress.cloudPorts }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
{{- end -}}
