import { prefixes } from "./data-bucket";
import type { TrainerGroupNames } from "./trainer-groups";

/** Key of the training code in the data bucket. */
export const trainingCodeKey = `${prefixes.code}training-scripts.tar.gz`;

/** What the script on the trainer must know. */
export interface TrainerUserDataArgs {
  /** Name of the data bucket. */
  readonly bucket: string;
  /** AWS region of the bucket. */
  readonly region: string;
  /** Log group that the trainings' lines go to. */
  readonly logGroup: string;
  /** Minutes without a training, a session or a login after which the instance stops. */
  readonly idleMinutes: number;
  /** Options of train.py for a training right at the first start; absent: none is started. */
  readonly firstTraining?: Readonly<Record<string, string | number>> | undefined;
  /** The groups that start it; absent: it is one instance that stops and keeps its disk. */
  readonly groups?: TrainerGroupNames | undefined;
}

/** Where the checkpoints and features of a trainer that may be interrupted are kept. */
const keptPrefix = `${prefixes.cache}trainer/`;

/** `text` as one word of a shell command. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * The command that trains. Where it finds its settings and keeps its files can be moved with KENNEL_SETTINGS, KENNEL_WORK and
 * KENNEL_LOG.
 */
export const trainCommand = `#!/bin/bash
# Trains on the data bucket's photos. Arguments go to train.py, for example: kennel-train --epochs 5
set -euo pipefail
exec > >(tee -a "\${KENNEL_LOG:-/var/log/kennel/train.log}") 2>&1
set -a; . "\${KENNEL_SETTINGS:-/etc/kennel.env}"; set +a
work="\${KENNEL_WORK:-/var/lib/kennel}"
run="$(date -u +%Y%m%dT%H%M%SZ)"
mkdir -p "$work/code" "$work/data" "$work/runs/$run/model" "$work/runs/$run/output" "$work/kept/checkpoints" "$work/kept/cache"
aws s3 cp --only-show-errors "s3://$KENNEL_BUCKET/${trainingCodeKey}" - | tar -xz -C "$work/code"
aws s3 sync --only-show-errors --delete "s3://$KENNEL_BUCKET/${prefixes.data}" "$work/data"
if [ -n "\${KENNEL_GROUPS:-}" ]; then
  # Spare capacity may be taken away: what a training would go on from is kept in the bucket.
  keep() { aws s3 sync --only-show-errors "$work/kept" "s3://$KENNEL_BUCKET/${keptPrefix}"; }
  aws s3 sync --only-show-errors "s3://$KENNEL_BUCKET/${keptPrefix}" "$work/kept"
  while sleep 60; do keep || true; done &
  trap "kill $!" EXIT
fi
if [ ! -x "$work/venv/bin/python" ]; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --requirement "$work/code/requirements.txt"
fi
"$work/venv/bin/python" "$work/code/train.py" \\
  --data "$work/data" --model_dir "$work/runs/$run/model" --output_dir "$work/runs/$run/output" \\
  --checkpoint_dir "$work/kept/checkpoints" --cache_dir "$work/kept/cache" "$@"
tar -cz -C "$work/runs/$run/model" . | aws s3 cp --only-show-errors - "s3://$KENNEL_BUCKET/${prefixes.models}$run/model.tar.gz"
report="$work/runs/$run/output/report.html"
if [ -e "$report" ]; then aws s3 cp --only-show-errors "$report" "s3://$KENNEL_BUCKET/${prefixes.models}$run/report.html"; fi
if [ -n "\${KENNEL_GROUPS:-}" ]; then keep; fi
echo "The model is ${prefixes.models}$run/model.tar.gz: set it as an endpoint's model and run pulumi up."
`;

/** Ends the instance: one of its own stops; one that a group started goes when no group wants it any more. */
export const stopCommand = `#!/bin/bash
# Stops this trainer.
set -euo pipefail
set -a; . "\${KENNEL_SETTINGS:-/etc/kennel.env}"; set +a
for group in \${KENNEL_GROUPS:-}; do
  aws autoscaling set-desired-capacity --auto-scaling-group-name "$group" --desired-capacity 0
done
if [ -z "\${KENNEL_GROUPS:-}" ]; then shutdown -h now; fi
`;

/** Run by an instance that stands in for missing spare capacity: nobody needs to look for that any longer. */
function endSearch(groups: TrainerGroupNames, region: string): string {
  return `
metadata=http://169.254.169.254/latest
token="$(curl -fsS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token")"
if [ "$(curl -fsS -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/instance-life-cycle")" = on-demand ]; then
  aws autoscaling set-desired-capacity --region ${region} --auto-scaling-group-name ${groups.spot} --desired-capacity 0
fi
`;
}

/** The check that runs every five minutes; KENNEL_LAST_USE moves the file whose age it looks at. */
export function stopWhenIdle(idleMinutes: number): string {
  return `#!/bin/bash
# Stops the instance once nobody has trained, logged in or opened a session for ${idleMinutes} minutes.
set -euo pipefail
mark="\${KENNEL_LAST_USE:-/run/kennel-last-use}"
if [ ! -e "$mark" ] || [ -n "$(who)" ] || pgrep -f 'kennel-train|ssm-session-worker' > /dev/null; then
  touch "$mark"
elif [ -n "$(find "$mark" -mmin +${idleMinutes})" ]; then
  kennel-stop
fi
`;
}

function agentSettings(logGroup: string): string {
  const file = {
    file_path: "/var/log/kennel/train.log",
    log_group_name: logGroup,
    log_stream_name: "{instance_id}",
  };
  return JSON.stringify({ logs: { logs_collected: { files: { collect_list: [file] } } } });
}

/**
 * The trainer's first-boot script.
 *
 * It installs the command `kennel-train`, which fetches the code and the data, trains and uploads the model to
 * `models/<time>/model.tar.gz`, its report beside it; `kennel-stop`, which ends the instance; sends the trainings' lines to CloudWatch; and stops the instance when it is idle.
 */
export function trainerUserData(args: TrainerUserDataArgs): string {
  const options = Object.entries(args.firstTraining ?? {})
    .map(([option, value]) => ` --${option} ${quote(String(value))}`)
    .join("");
  const firstTraining =
    args.firstTraining === undefined
      ? ""
      : `systemd-run --unit kennel-first-training bash -c ${quote(`kennel-train${options}; kennel-stop`)}\n`;
  return `#!/bin/bash
set -euo pipefail

install -d -m 1777 /var/lib/kennel /var/log/kennel
install -m 666 /dev/null /var/log/kennel/train.log
cat > /etc/kennel.env <<'ENVIRONMENT'
AWS_DEFAULT_REGION=${args.region}
KENNEL_BUCKET=${args.bucket}
${args.groups === undefined ? "" : `KENNEL_GROUPS="${args.groups.spot} ${args.groups.onDemand}"\n`}ENVIRONMENT

cat > /usr/local/bin/kennel-train <<'SCRIPT'
${trainCommand}SCRIPT
cat > /usr/local/bin/stop-when-idle <<'SCRIPT'
${stopWhenIdle(args.idleMinutes)}SCRIPT
cat > /usr/local/bin/kennel-stop <<'SCRIPT'
${stopCommand}SCRIPT
chmod 755 /usr/local/bin/kennel-train /usr/local/bin/kennel-stop /usr/local/bin/stop-when-idle
cat > /etc/cron.d/stop-when-idle <<'CRON'
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
*/5 * * * * root stop-when-idle
CRON
${args.groups === undefined ? "" : endSearch(args.groups, args.region)}

python3 -c 'import ensurepip' 2> /dev/null || { apt-get update -q && apt-get install -yq python3-venv; }

agent=/opt/aws/amazon-cloudwatch-agent
if [ ! -x "$agent/bin/amazon-cloudwatch-agent-ctl" ]; then
  curl -fsS -o /opt/cloudwatch-agent.deb https://amazoncloudwatch-agent.s3.amazonaws.com/ubuntu/amd64/latest/amazon-cloudwatch-agent.deb
  dpkg -i /opt/cloudwatch-agent.deb
fi
cat > "$agent/etc/kennel.json" <<'SETTINGS'
${agentSettings(args.logGroup)}
SETTINGS
"$agent/bin/amazon-cloudwatch-agent-ctl" -a fetch-config -m ec2 -s -c "file:$agent/etc/kennel.json"

${firstTraining}`;
}
