{{- define "segue.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  # A large store is not walked at every start.
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "segue.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- /* Where policy and authority are mounted, and what they are. */ -}}
{{- define "segue.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if .Values.policy }}
- {name: policy, mountPath: /etc/segue, readOnly: true}
{{- end }}
{{- if .Values.kafka.caSecret }}
- {name: authority, mountPath: /etc/segue-tls, readOnly: true}
{{- end }}
{{- end }}

{{- define "segue.volumes" -}}
- name: tmp
  emptyDir: {}
{{- if .Values.policy }}
- name: policy
  configMap: {name: {{ include "segue.name" . }}-policy}
{{- end }}
{{- with .Values.kafka.caSecret }}
- name: authority
  secret: {secretName: {{ . }}}
{{- end }}
{{- end }}

{{- define "segue.placement" -}}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Where pods may go: names and brokers. */ -}}
{{- define "segue.egress" -}}
- ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
- ports: [{protocol: TCP, port: {{ .Values.kafka.port }}}]
  {{- with .Values.kafka.podSelector }}
  to:
    - namespaceSelector: {}
      podSelector: {{- toYaml . | nindent 8 }}
  {{- end }}
{{- end }}
