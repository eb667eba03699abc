"""Texts that should not be learned by heart. Off unless they are asked for: --extend-select SEC."""
