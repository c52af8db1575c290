# Sourced by the procedures: each says what it does and shows every command before it runs it.
set -euo pipefail

: "${SEGUE_KAFKA__BOOTSTRAP_SERVERS:=127.0.0.1:9092}"
: "${SEGUE_APP_ID:=segue}"
: "${SEGUE_TOPIC_PREFIX:=}"
export SEGUE_KAFKA__BOOTSTRAP_SERVERS SEGUE_APP_ID SEGUE_TOPIC_PREFIX
# Kafka's own tools ask for a file of credentials where brokers ask who is there: ADMIN.
# shellcheck disable=SC2034 # the scripts that source this use it
brokers=(--bootstrap-server "$SEGUE_KAFKA__BOOTSTRAP_SERVERS" ${ADMIN:+--command-config "$ADMIN"})

step() { printf '\n# %s\n' "$*"; }

shown() { printf '$'; printf ' %s' "$@"; printf '\n'; }

run() { # run COMMAND...: show it and run it
  shown "$@"
  "$@"
}

look() { # look COMMAND...: the same, where another exit code than 0 tells something and ends nothing
  shown "$@"
  "$@" || echo "(exit code $?)"
}

stop() { # stop TEXT: what the operator has to do comes first
  echo "Operator action: $*" >&2
  exit 1
}
