"""Whom the forum reaches, and how those are invited whom it does not."""
