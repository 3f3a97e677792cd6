#!/bin/bash
# Prints the stack's settings, for a shell to evaluate: those of the last `pulumi up`, or the last known ones where the bucket does not
# answer. KENNEL_HOME moves the folder of the copy.
set -euo pipefail
home="${KENNEL_HOME:-/opt/kennel}"
set -a
# shellcheck source=/dev/null
. "${KENNEL_ENVIRONMENT:-/etc/kennel.env}"
set +a
if settings="$(aws s3 cp --only-show-errors "s3://$KENNEL_BUCKET/code/trainer-settings.sh" -)"; then
  # Everybody may train, and root alone remembers.
  if [ -w "$home" ]; then printf '%s\n' "$settings" > "$home/settings.sh"; fi
  printf '%s\n' "$settings"
else
  cat "$home/settings.sh"
fi
