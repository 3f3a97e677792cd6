/** How the notebook knows itself. */
export interface NotebookScriptArgs {
  /** Name of the notebook instance. */
  readonly notebookName: string;
  /** Minutes without activity after which it stops itself. */
  readonly idleMinutes: number;
  /** Name of the data bucket. */
  readonly bucket: string;
  /** AWS region. */
  readonly region: string;
}

/** SageMaker's limit for a lifecycle script, in characters before encoding. */
export const scriptLimit = 16_384;

/**
 * The script that runs, as root, whenever the notebook starts: tells shells where the data is, and looks every five
 * minutes whether anybody still works here.
 *
 * Jupyter knows when each kernel and terminal was last used; a notebook without any is idle since its start.
 */
export function onStartScript({
  notebookName,
  idleMinutes,
  bucket,
  region,
}: NotebookScriptArgs): string {
  return `#!/bin/bash
set -euo pipefail

cat > /etc/profile.d/kennel.sh <<'ENVIRONMENT'
export AWS_DEFAULT_REGION=${region}
export KENNEL_BUCKET=${bucket}
ENVIRONMENT

cat > /usr/local/bin/stop-when-idle <<'SCRIPT'
#!/usr/bin/env python3
"""Stops this notebook instance once nobody has used it for a while."""
import datetime
import json
import ssl
import subprocess
import urllib.request

IDLE = datetime.timedelta(minutes=${idleMinutes})


def ask(path):
    # Jupyter answers on loopback with a certificate of its own.
    context = ssl._create_unverified_context()
    with urllib.request.urlopen(f"https://localhost:8443/api/{path}", context=context, timeout=20) as answer:
        return json.load(answer)


def last_use():
    with open("/proc/uptime", encoding="ascii") as uptime:
        seconds = float(uptime.read().split()[0])
    times = [datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds)]
    kernels = [session["kernel"] for session in ask("sessions")]
    for used in kernels + ask("terminals"):
        if used.get("execution_state") == "busy":
            return datetime.datetime.now(datetime.timezone.utc)
        times.append(datetime.datetime.fromisoformat(used["last_activity"].replace("Z", "+00:00")))
    return max(times)


if datetime.datetime.now(datetime.timezone.utc) - last_use() > IDLE:
    subprocess.run(
        ["aws", "sagemaker", "stop-notebook-instance", "--notebook-instance-name", "${notebookName}", "--region", "${region}"],
        check=True,
    )
SCRIPT
chmod 755 /usr/local/bin/stop-when-idle
# Amazon Linux 2023 has no cron.
systemd-run --unit stop-when-idle --on-active=5min --on-unit-active=5min /usr/local/bin/stop-when-idle
`;
}
