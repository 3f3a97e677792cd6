#!/bin/bash
# The user data of a trainer, behind lines that set AWS_DEFAULT_REGION and KENNEL_BUCKET. EC2 runs it once for each instance, so all it
# does is to make every boot fetch the present scripts and run boot.sh: a changed setting or script needs no other instance.
set -euo pipefail

cat > /etc/kennel.env <<ENVIRONMENT
AWS_DEFAULT_REGION=$AWS_DEFAULT_REGION
KENNEL_BUCKET=$KENNEL_BUCKET
ENVIRONMENT

cat > /usr/local/sbin/kennel-boot <<'SCRIPT'
#!/bin/bash
set -euo pipefail
mkdir -p /opt/kennel
for _ in {1..40}; do
  if aws s3 cp --only-show-errors "s3://$KENNEL_BUCKET/code/trainer-scripts.tar.gz" - | tar -xz -C /opt/kennel; then
    break
  fi
  sleep 15
done
if [ -e /opt/kennel/boot.sh ]; then
  exec bash /opt/kennel/boot.sh
fi
# Without its scripts it does not notice that it is idle.
shutdown -h +60
SCRIPT
chmod 755 /usr/local/sbin/kennel-boot

cat > /etc/systemd/system/kennel-boot.service <<'UNIT'
[Unit]
Description=Fetches the trainer's scripts and runs boot.sh
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
EnvironmentFile=/etc/kennel.env
ExecStart=/usr/local/sbin/kennel-boot

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable kennel-boot.service
systemctl start --no-block kennel-boot.service
