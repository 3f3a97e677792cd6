import { prefixes } from "./data-bucket";

/** Key of the training code in the data bucket. */
export const trainingCodeKey = `${prefixes.code}training-scripts.tar.gz`;

/** What the script on the trainer must know. */
export interface TrainerUserDataArgs {
  /** Name of the data bucket. */
  readonly bucket: string;
  /** AWS region of the bucket. */
  readonly region: string;
}

/**
 * The trainer's first-boot script: installs the command `kennel-train`, which fetches the code and the data, trains and
 * uploads the model to `models/<time>/model.tar.gz`.
 */
export function trainerUserData({ bucket, region }: TrainerUserDataArgs): string {
  return `#!/bin/bash
set -euo pipefail

cat > /etc/kennel.env <<'ENVIRONMENT'
AWS_DEFAULT_REGION=${region}
KENNEL_BUCKET=${bucket}
ENVIRONMENT

cat > /usr/local/bin/kennel-train <<'SCRIPT'
#!/bin/bash
# Trains on the data bucket's photos. Arguments go to train.py, for example: kennel-train --epochs 5
set -euo pipefail
set -a; . /etc/kennel.env; set +a
work="\${KENNEL_WORK:-/var/lib/kennel}"
run="$(date -u +%Y%m%dT%H%M%SZ)"
mkdir -p "$work/code" "$work/data" "$work/runs/$run/model" "$work/runs/$run/output" "$work/checkpoints" "$work/cache"
aws s3 cp --only-show-errors "s3://$KENNEL_BUCKET/${trainingCodeKey}" - | tar -xz -C "$work/code"
aws s3 sync --only-show-errors --delete "s3://$KENNEL_BUCKET/${prefixes.data}" "$work/data"
if [ ! -x "$work/venv/bin/python" ]; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --requirement "$work/code/requirements.txt"
fi
"$work/venv/bin/python" "$work/code/train.py" \\
  --data "$work/data" --model_dir "$work/runs/$run/model" --output_dir "$work/runs/$run/output" \\
  --checkpoint_dir "$work/checkpoints" --cache_dir "$work/cache" "$@"
tar -cz -C "$work/runs/$run/model" . | aws s3 cp --only-show-errors - "s3://$KENNEL_BUCKET/${prefixes.models}$run/model.tar.gz"
echo "The model is ${prefixes.models}$run/model.tar.gz: set it as an endpoint's model and run pulumi up."
SCRIPT
chmod 755 /usr/local/bin/kennel-train
install -d -m 1777 /var/lib/kennel
`;
}
