{{- define "segue.environment" -}}
- name: SEGUE_KAFKA__INSTANCE_ID
  # The same after a restart: within the session timeout a worker keeps its partitions.
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- {name: SEGUE_APP_ID, value: {{ .Values.appId | quote }}}
- {name: SEGUE_TOPIC_PREFIX, value: {{ .Values.topicPrefix | quote }}}
- {name: SEGUE_KAFKA__BOOTSTRAP_SERVERS, value: {{ .Values.kafka.bootstrapServers | quote }}}
- {name: SEGUE_KAFKA__SECURITY_PROTOCOL, value: {{ .Values.kafka.securityProtocol | quote }}}
- name: SEGUE_ERASURE_SECRET
  valueFrom: {secretKeyRef: {{ toJson .Values.erasureSecret }}}
{{- if .Values.policy }}
- {name: SEGUE_POLICY, value: /etc/segue/policy.yaml}
{{- end }}
{{- if .Values.kafka.caSecret }}
- {name: SEGUE_KAFKA__SSL_CAFILE, value: /etc/segue-tls/ca.crt}
{{- end }}
{{- with .Values.kafka.credentialsSecret }}
- {name: SEGUE_KAFKA__SASL_MECHANISM, value: {{ $.Values.kafka.saslMechanism | quote }}}
- name: SEGUE_KAFKA__SASL_USERNAME
  valueFrom: {secretKeyRef: {name: {{ . }}, key: username}}
- name: SEGUE_KAFKA__SASL_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ . }}, key: password}}
{{- end }}
{{- range $name, $value := .Values.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
