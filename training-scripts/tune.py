"""Find the head's best settings and write the model that they give.

Run ``python training-scripts/tune.py --help`` for the settings.
"""

import sys

from kennel_training.tuning.main import main

if __name__ == "__main__":
    sys.exit(main())
