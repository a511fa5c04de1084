"""Moderation: what colleagues flag and what waits, what moderators decide about it, and the log that all may read."""
