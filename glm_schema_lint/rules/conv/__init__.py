"""The CONV family."""
