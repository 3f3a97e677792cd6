#!/bin/bash
# Runs every five minutes: starts the training that the stack asks for, once for each set of options, and stops the instance once nobody
# has trained, logged in or opened a session for IDLE_MINUTES. KENNEL_WORK and KENNEL_LAST_USE move the files that it remembers things in.
set -euo pipefail
settings="$(kennel-settings)"
eval "$settings"
trained="${KENNEL_WORK:-/var/lib/kennel}/trained"
last_use="${KENNEL_LAST_USE:-/run/kennel-last-use}"

request="$PROGRAM ${OPTIONS[*]@Q}"
if pgrep -f kennel-train > /dev/null; then
  touch "$last_use"
elif [ "$START" = yes ] && [ "$request" != "$(cat "$trained" 2> /dev/null || true)" ]; then
  touch "$last_use"
  # Done is done, well or not: a training that fails is not repeated for ever. One that a stop has ended is, from its checkpoint.
  # shellcheck disable=SC2016 # expanded by the inner shell
  systemd-run --collect --unit kennel-training bash -c \
    'kennel-train; printf "%s\n" "$1" > "$2"; [ -n "$(who)" ] || kennel-stop' kennel "$request" "$trained"
elif [ ! -e "$last_use" ] || [ -n "$(who)" ] || pgrep -f ssm-session-worker > /dev/null; then
  touch "$last_use"
elif [ -n "$(find "$last_use" -mmin "+$IDLE_MINUTES")" ]; then
  kennel-stop
fi
