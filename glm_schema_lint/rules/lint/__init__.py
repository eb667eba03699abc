"""The LINT family."""
