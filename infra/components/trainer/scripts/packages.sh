#!/bin/bash
# Installs what kennel-train needs and the machine image may lack. On the first boot Ubuntu updates itself and has apt's locks for minutes;
# apt-get waits for one of them when it is told to, and gives up on the other at once.
set -euo pipefail

apt() {
  for _ in {1..40}; do
    if DEBIAN_FRONTEND=noninteractive apt-get -yq -o DPkg::Lock::Timeout=600 "$@"; then
      return 0
    fi
    sleep 15
  done
  return 1
}

if ! python3 -c 'import ensurepip' 2> /dev/null; then
  apt update
  apt install python3-venv
fi
if [ "$#" -gt 0 ]; then
  apt install "$@"
fi
