#!/bin/bash
# Trains on the data bucket's photos as the stack says: with tune.py where the trainer has `tuning`, with train.py otherwise. Arguments go
# behind the stack's hyperparameters and count before them: kennel-train --epochs 5. With KENNEL_PROGRAM, that program gets the arguments
# alone. KENNEL_WORK and KENNEL_LOG move its files.
set -euo pipefail
exec > >(tee -a "${KENNEL_LOG:-/var/log/kennel/train.log}") 2>&1
settings="$(kennel-settings)"
eval "$settings"
work="${KENNEL_WORK:-/var/lib/kennel}"
run="$(date -u +%Y%m%dT%H%M%SZ)"
if [ -n "${KENNEL_PROGRAM:-}" ]; then
  PROGRAM="$KENNEL_PROGRAM"
  OPTIONS=()
fi
mkdir -p "$work"
exec 9> "$work/lock"
flock -n 9 || { echo "Another training runs on this trainer."; exit 1; }

rm -rf "$work/code"
mkdir -p "$work/code" "$work/data" "$work/runs/$run/model" "$work/runs/$run/output" "$work/kept/checkpoints" "$work/kept/cache"
aws s3 cp --only-show-errors "s3://$KENNEL_BUCKET/code/training-scripts.tar.gz" - | tar -xz -C "$work/code"
aws s3 sync --only-show-errors --delete "s3://$KENNEL_BUCKET/data/" "$work/data"

if [ "${#SCALING_GROUPS[@]}" -gt 0 ]; then
  # A Spot Instance may be taken away: what a training would go on from is kept in the bucket.
  keep() { aws s3 sync --only-show-errors "$work/kept" "s3://$KENNEL_BUCKET/cache/trainer/"; }
  aws s3 sync --only-show-errors "s3://$KENNEL_BUCKET/cache/trainer/" "$work/kept"
  # A sleep outlives what waits for it: it must hold neither the lock nor the output.
  while sleep 60 > /dev/null 2>&1 9>&-; do keep || true; done &
  keeper="$!"
  trap 'kill "$keeper"' EXIT
fi

if ! cmp -s "$work/code/requirements.txt" "$work/venv/requirements.txt"; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --requirement "$work/code/requirements.txt"
  cp "$work/code/requirements.txt" "$work/venv/requirements.txt"
fi
"$work/venv/bin/python" "$work/code/$PROGRAM" \
  --data "$work/data" --model_dir "$work/runs/$run/model" --output_dir "$work/runs/$run/output" \
  --checkpoint_dir "$work/kept/checkpoints" --cache_dir "$work/kept/cache" "${OPTIONS[@]}" "$@"

target="s3://$KENNEL_BUCKET/models/$run"
tar -cz -C "$work/runs/$run/model" . | aws s3 cp --only-show-errors - "$target/model.tar.gz"
for report in report.html tuning.html; do
  if [ -e "$work/runs/$run/output/$report" ]; then
    aws s3 cp --only-show-errors "$work/runs/$run/output/$report" "$target/$report"
  fi
done
if [ "${#SCALING_GROUPS[@]}" -gt 0 ]; then keep; fi
echo "The model is models/$run/model.tar.gz: set it as an endpoint's model and run pulumi up."
