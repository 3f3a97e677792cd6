"""Runs a script as a container runs its command: ``job_process.py SCRIPT ARGUMENT…``.

The script is told to end (SIGTERM) when standard input ends, which is when whoever started it has
ended, however it has.
"""

import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path

SECONDS_TO_END = 10


def end_with_standard_input() -> None:
    """Wait for it; a script that doesn't follow is ended all the same."""
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_END)
    os._exit(128 + signal.SIGTERM)


def main() -> None:
    """Become the script."""
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    del sys.argv[0]
    script = sys.argv[0]
    sys.path[0] = str(Path(script).parent)
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main()
