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

{{- /* Of root, process and own: the secret with a certificate of ours, which Strimzi makes for its users under SSL. */ -}}
{{- define "segue.certificate" -}}
{{- if .own.clientSecret.name }}
{{- .own.clientSecret.name }}
{{- else if and (eq .root.Values.kafka.securityProtocol "SSL") (include "segue.strimzi.user" .) }}
{{- include "segue.strimzi.user" . }}
{{- end }}
{{- end }}

{{- /* Of root and process: the name of the user, and of its secret, that Strimzi makes for it; empty = none. */ -}}
{{- define "segue.strimzi.user" -}}
{{- if and .root.Values.strimzi.enabled (has .process .root.Values.strimzi.users) }}
{{- include "segue.name" .root }}-{{ .process }}
{{- end }}
{{- end }}

{{- /* Of root, process and own: where policy and secrets are mounted. Whole directories: files of a subPath stay old. */ -}}
{{- define "segue.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if .root.Values.policy }}
- {name: policy, mountPath: /etc/segue, readOnly: true}
{{- end }}
{{- if .root.Values.kafka.caSecret }}
- {name: authority, mountPath: /etc/segue-tls, readOnly: true}
{{- end }}
{{- if include "segue.certificate" . }}
- {name: certificate, mountPath: /etc/segue-certificate, readOnly: true}
{{- end }}
{{- if hasPrefix "SASL" .root.Values.kafka.securityProtocol }}
- {name: password, mountPath: /etc/segue-password, readOnly: true}
{{- end }}
{{- end }}

{{- /* Of root, process and own: what they are. */ -}}
{{- define "segue.volumes" -}}
- name: tmp
  emptyDir: {}
{{- if .root.Values.policy }}
- name: policy
  configMap: {name: {{ include "segue.name" .root }}-policy}
{{- end }}
{{- with .root.Values.kafka.caSecret }}
- name: authority
  secret: {secretName: {{ . }}}
{{- end }}
{{- with include "segue.certificate" . }}
{{- $keys := $.own.clientSecret }}
- name: certificate
  secret:
    secretName: {{ . }}
    defaultMode: 288 # 0440: the group of the pod reads it
    items:
      - {key: {{ ternary $keys.certificate "user.crt" (ne $keys.name "") }}, path: tls.crt}
      - {key: {{ ternary $keys.key "user.key" (ne $keys.name "") }}, path: tls.key}
{{- end }}
{{- if hasPrefix "SASL" .root.Values.kafka.securityProtocol }}
- name: password
  secret:
    secretName: {{ .own.credentialsSecret | default (include "segue.strimzi.user" .) }}
    defaultMode: 288
    items: [{key: password, path: password}]
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
- ports:
    {{- range splitList " " (include "segue.brokers.ports" .) }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
  {{- with .Values.kafka.podSelector }}
  to:
    - namespaceSelector: {}
      podSelector: {{- toYaml . | nindent 8 }}
  {{- end }}
{{- end }}

{{- /* The ports of bootstrapServers, and the one that brokers may have told besides. */ -}}
{{- define "segue.brokers.ports" -}}
{{- $ports := list }}
{{- range splitList "," .Values.kafka.bootstrapServers }}
{{- $ports = append $ports (regexFind "[0-9]+$" .) }}
{{- end }}
{{- with .Values.kafka.port }}
{{- $ports = append $ports (toString .) }}
{{- end }}
{{- $ports | uniq | join " " }}
{{- end }}
