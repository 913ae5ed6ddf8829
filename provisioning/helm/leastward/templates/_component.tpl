{{/* The two programs differ in their names, values and configurations alone. */}}

{{- define "leastward.configmap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "leastward.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "leastward.labels" . | nindent 4 }}
data:
  {{ .component }}.yml: |
    {{- include (printf "leastward.%s.config" .component) .root | nindent 4 }}
{{- end -}}

{{- define "leastward.serviceaccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "leastward.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "leastward.labels" . | nindent 4 }}
  {{- with (index .root.Values .component).serviceAccount.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}

{{- define "leastward.service" -}}
{{- $service := (index .root.Values .component).service -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "leastward.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "leastward.labels" . | nindent 4 }}
  {{- with $service.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: ClusterIP
  selector: {{- include "leastward.selector" . | nindent 4 }}
  ports:
    - {name: http, port: {{ $service.port }}, targetPort: http, protocol: TCP}
{{- end -}}

{{- define "leastward.poddisruptionbudget" -}}
{{- $budget := (index .root.Values .component).podDisruptionBudget -}}
{{- if $budget.enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "leastward.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "leastward.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ $budget.maxUnavailable }}
  selector:
    matchLabels: {{- include "leastward.selector" . | nindent 6 }}
{{- end -}}
{{- end -}}

{{- define "leastward.statefulset" -}}
{{- $c := index .root.Values .component -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ include "leastward.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "leastward.labels" . | nindent 4 }}
spec:
  # One: the state is a folder that one process writes.
  replicas: 1
  serviceName: {{ include "leastward.name" . }}
  selector:
    matchLabels: {{- include "leastward.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "leastward.labels" . | nindent 8 }}
        {{- with $c.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        # A changed configuration is a new pod.
        checksum/config: {{ include (printf "leastward.%s.config" .component) .root | sha256sum }}
        {{- with $c.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "leastward.name" . }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 60
      {{- with .root.Values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $c.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        runAsGroup: 65532
        fsGroup: 65532
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: {{ .component }}
          image: {{ include "leastward.image" . }}
          imagePullPolicy: {{ $c.image.pullPolicy }}
          args:
            - --config.file=/etc/leastward/{{ .component }}.yml
            {{- include "leastward.listen" . | nindent 12 }}
            {{- with $c.extraArgs }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          env:
            - {name: GOMEMLIMIT, value: {{ $c.gomemlimit | quote }}}
            {{- with $c.env }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          ports:
            - {name: http, containerPort: {{ $c.service.port }}, protocol: TCP}
          startupProbe:
            {{- include "leastward.probe" . | nindent 12 }}
            periodSeconds: 5
            failureThreshold: 60
          livenessProbe:
            {{- include "leastward.probe" . | nindent 12 }}
            periodSeconds: 30
            failureThreshold: 5
          readinessProbe:
            {{- include "leastward.probe" . | nindent 12 }}
            periodSeconds: 30
            failureThreshold: 2
          resources: {{- toYaml $c.resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          volumeMounts:
            - {name: config, mountPath: /etc/leastward/{{ .component }}.yml, subPath: {{ .component }}.yml, readOnly: true}
            {{- if $c.existingSecret }}
            - {name: secrets, mountPath: /etc/leastward/secrets, readOnly: true}
            {{- end }}
            - {name: state, mountPath: /var/lib/leastward}
            - {name: tmp, mountPath: /tmp}
      volumes:
        - name: config
          configMap: {name: {{ include "leastward.name" . }}}
        {{- if $c.existingSecret }}
        - name: secrets
          secret: {secretName: {{ $c.existingSecret }}, defaultMode: 0440}
        {{- end }}
        - name: tmp
          emptyDir: {sizeLimit: 1Gi}
      {{- with $c.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $c.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $c.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $c.topologySpreadConstraints }}
      topologySpreadConstraints: {{- toYaml . | nindent 8 }}
      {{- end }}
  # The volume stays when the release goes: it is the record of what happened.
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Retain}
  volumeClaimTemplates:
    - metadata:
        name: state
        {{- with $c.persistence.annotations }}
        annotations: {{- toYaml . | nindent 10 }}
        {{- end }}
      spec:
        accessModes: {{- toYaml $c.persistence.accessModes | nindent 10 }}
        {{- with $c.persistence.storageClass }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ $c.persistence.size }}
{{- end -}}
