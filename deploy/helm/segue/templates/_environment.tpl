{{- /* What workers are told. */ -}}
{{- define "segue.environment" -}}
- name: SEGUE_KAFKA__INSTANCE_ID
  # The same after a restart: within the session timeout a worker keeps its partitions.
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
{{ include "segue.shared" (dict "root" . "process" "worker" "own" .Values.kafka) }}
- name: SEGUE_ERASURE_SECRET
  valueFrom: {secretKeyRef: {{ toJson .Values.erasureSecret }}}
{{- range $name, $value := .Values.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{- /* What the read side is told. */ -}}
{{- define "segue.serve.environment" -}}
{{ include "segue.shared" (dict "root" . "process" "serve" "own" .Values.serve) }}
- {name: SEGUE_SERVING__HOST, value: "0.0.0.0"}
- {name: SEGUE_SERVING__DIRECTORY, value: /var/lib/segue/view}
- {name: SEGUE_SERVING__TOKENS, value: /etc/segue-tokens/{{ .Values.serve.tokensSecret.key }}}
# One name for all workers: the headless service has an address for each, also while it opens its partitions.
- {name: SEGUE_SERVING__WORKERS, value: "http://{{ include "segue.name" . }}:9464/metrics"}
{{- range $name, $value := .Values.serve.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{- /* Of root, process and own (the values with its secrets; empty = the user that Strimzi makes): names and brokers. */ -}}
{{- define "segue.shared" -}}
{{- $process := .process }}
{{- $secret := .own.credentialsSecret }}
{{- $certificate := include "segue.certificate" . }}
{{- with .root -}}
- {name: SEGUE_APP_ID, value: {{ .Values.appId | quote }}}
- {name: SEGUE_TOPIC_PREFIX, value: {{ .Values.topicPrefix | quote }}}
- {name: SEGUE_KAFKA__BOOTSTRAP_SERVERS, value: {{ .Values.kafka.bootstrapServers | quote }}}
- {name: SEGUE_KAFKA__SECURITY_PROTOCOL, value: {{ .Values.kafka.securityProtocol | quote }}}
{{- if .Values.policy }}
- {name: SEGUE_POLICY, value: /etc/segue/policy.yaml}
{{- end }}
{{- if .Values.kafka.caSecret }}
- {name: SEGUE_KAFKA__SSL_CAFILE, value: /etc/segue-tls/ca.crt}
{{- end }}
{{- if $certificate }}
- {name: SEGUE_KAFKA__SSL_CERTFILE, value: /etc/segue-certificate/tls.crt}
- {name: SEGUE_KAFKA__SSL_KEYFILE, value: /etc/segue-certificate/tls.key}
{{- end }}
{{- if hasPrefix "SASL" .Values.kafka.securityProtocol }}
- {name: SEGUE_KAFKA__SASL_MECHANISM, value: {{ .Values.kafka.saslMechanism | quote }}}
- name: SEGUE_KAFKA__SASL_USERNAME
  {{- if $secret }}
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: username}}
  {{- else }}
  value: {{ include "segue.name" . }}-{{ $process }}
  {{- end }}
# A file is read for each new connection: a password that has changed needs no restart.
- {name: SEGUE_KAFKA__SASL_PASSWORD_FILE, value: /etc/segue-password/password}
{{- end }}
{{- end }}
{{- end }}
