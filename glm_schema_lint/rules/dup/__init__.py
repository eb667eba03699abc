"""The DUP family."""
