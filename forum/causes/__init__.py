"""Causes upstream: what lies behind many needs, whose it is to remove, and whether it has stopped."""
