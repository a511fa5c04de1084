"""Commitments: what somebody says they will do about it, by when, and what became of it."""
