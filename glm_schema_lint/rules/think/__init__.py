"""The THINK family."""
