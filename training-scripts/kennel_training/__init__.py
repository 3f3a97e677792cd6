"""Training: from a folder of photos to a model directory that the server loads."""

import os

# ONNX Runtime reports to its maker otherwise; it reads this when it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
