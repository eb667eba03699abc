"""LEN: lengths and truncation."""
