"""The FIELD family."""
