#!/bin/bash
# Sends the lines of trainings to CloudWatch, through the agent of the machine image or the newest one. KENNEL_AGENT moves its folder.
set -euo pipefail
cd "$(dirname "$0")"
settings="$(kennel-settings)"
eval "$settings"

agent="${KENNEL_AGENT:-/opt/aws/amazon-cloudwatch-agent}"
if [ ! -x "$agent/bin/amazon-cloudwatch-agent-ctl" ]; then
  package="$(mktemp -d)/amazon-cloudwatch-agent.deb"
  curl -fsS --retry 3 -o "$package" "$AGENT_URL"
  bash packages.sh "$package"
fi
cat > "$agent/etc/kennel.json" <<SETTINGS
{"logs": {"logs_collected": {"files": {"collect_list": [
  {"file_path": "/var/log/kennel/train.log", "log_group_name": "$LOG_GROUP", "log_stream_name": "{instance_id}"}
]}}}}
SETTINGS
"$agent/bin/amazon-cloudwatch-agent-ctl" -a fetch-config -m ec2 -s -c "file:$agent/etc/kennel.json"
