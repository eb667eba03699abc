"""The TOOL family."""
