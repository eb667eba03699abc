"""Reads a training script through `ast`: which fields its batches need, which its preprocessing gives. Runs nothing of it."""
