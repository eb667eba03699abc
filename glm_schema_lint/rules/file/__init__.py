"""The FILE family."""
