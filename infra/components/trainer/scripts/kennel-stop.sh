#!/bin/bash
# Stops this trainer: an instance of its own stops and keeps its disk; one that a group started goes when no group wants it any more.
set -euo pipefail
settings="$(kennel-settings)"
eval "$settings"
for group in "${SCALING_GROUPS[@]}"; do
  aws autoscaling set-desired-capacity --auto-scaling-group-name "$group" --desired-capacity 0
done
if [ "${#SCALING_GROUPS[@]}" -eq 0 ]; then shutdown -h now; fi
