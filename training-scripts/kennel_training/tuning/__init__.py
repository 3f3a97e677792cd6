"""tune.py: a search for the head's settings."""
