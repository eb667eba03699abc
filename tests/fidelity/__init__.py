"""Proof that verdicts agree with what real trainer code does; see runner.py."""
