"""The SPLIT family."""
