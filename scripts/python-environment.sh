#!/usr/bin/env bash
# Makes the Python virtual environment in .venv from the pinned requirements, and reuses it while they stay the same. `npm test` and
# the training scripts need it; `npm start` does not.
set -euo pipefail
cd "$(dirname "$0")/../training-scripts"
environment=../.venv
python=$environment/bin/python
# A copy of what was installed, written last: an interrupted installation may leave half a package.
installed=$environment/requirements.installed

if [ -x "$python" ] && cat requirements*.txt | cmp -s - "$installed"; then
  echo "The Python environment is up to date."
  exit
fi
echo "Making the Python environment in .venv (torch is 3 GB to download: 1-3 minutes)"
if ! { [ -x "$python" ] && [ -e "$installed" ]; }; then
  found=
  for each in python3.13 python3.12 python3.11 python3; do
    if "$each" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      found=$each
      break
    fi
  done
  if [ -z "$found" ]; then
    echo "no Python 3.11 or newer is on PATH: install one (Debian: apt-get install python3 python3-venv)." >&2
    exit 1
  fi
  "$found" -m venv --clear "$environment"
fi
rm -f "$installed"
# uv downloads and unpacks several packages at a time: torch's 3 GB take pip minutes longer.
uv=$(grep '^uv==' requirements-development.txt)
if ! "$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: "$uv"; then
  echo "pip could not install $uv, the installer of all other packages: see above. Is there a wheel for this machine, and a package index within reach?" >&2
  exit 1
fi
# uv does not read pip's settings; a mirror set for pip is meant for uv, too, and may take long to start sending torch.
export UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-180}
if [ -n "${PIP_INDEX_URL:-}" ]; then
  export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}
fi
"$python" -m uv pip install --quiet --requirement requirements-development.txt
cat requirements*.txt >"$installed"
echo "The Python environment is ready."
