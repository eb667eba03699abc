"""The TOK family."""
