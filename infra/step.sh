#!/usr/bin/env bash
# Runs one step of `make test` under a heading and says how long it took.
#
#   infra/step.sh "name of the step" COMMAND...
set -euo pipefail

name=$1
shift
printf '\n\033[1m== %s\033[0m\n' "$name"
started=$SECONDS
if "$@"; then
  printf -- '-- %s: %d s\n' "$name" $((SECONDS - started))
else
  status=$?
  printf -- '-- %s: FAILED after %d s\n' "$name" $((SECONDS - started)) >&2
  exit "$status"
fi
