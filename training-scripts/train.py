"""Train an image classifier: the one entry for a SageMaker job, an EC2 instance and a laptop.

Run ``python training-scripts/train.py --help`` for the settings.
"""

import sys

from kennel_training.main import main

if __name__ == "__main__":
    sys.exit(main())
