"""Saying who wrote without a name: only two people together can, and whoever wrote it is told."""
