"""Make an INT8 model of a trained one, and keep it only if its accuracy holds.

Run ``python training-scripts/quantize.py --help`` for the settings.
"""

import sys

from kennel_training.quantization.main import main

if __name__ == "__main__":
    sys.exit(main())
