"""Prepare photos for training. All of it is in ``kennel_training``; see docs/training.md."""

import sys

from kennel_training.prepare.main import main

if __name__ == "__main__":
    sys.exit(main())
