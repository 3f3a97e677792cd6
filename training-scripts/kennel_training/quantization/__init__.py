"""quantize.py: an INT8 model, and whether it is as good."""
