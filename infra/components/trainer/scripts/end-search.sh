#!/bin/bash
# On an On-Demand instance that stands in for missing Spot capacity: nobody needs to look for that any longer.
set -euo pipefail
settings="$(kennel-settings)"
eval "$settings"

[ "${#SCALING_GROUPS[@]}" -gt 0 ] || exit 0
metadata=http://169.254.169.254/latest
token="$(curl -fsS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token")"
if [ "$(curl -fsS -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/instance-life-cycle")" = on-demand ]; then
  aws autoscaling set-desired-capacity --auto-scaling-group-name "${SCALING_GROUPS[0]}" --desired-capacity 0
fi
