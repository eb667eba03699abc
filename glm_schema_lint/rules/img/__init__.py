"""The IMG family."""
