"""The PH family."""
