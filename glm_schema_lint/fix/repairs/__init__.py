"""Repairs of records, one small class each."""
