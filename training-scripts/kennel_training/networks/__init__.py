"""Backbones: their weights, how they are fine-tuned and how they run."""
