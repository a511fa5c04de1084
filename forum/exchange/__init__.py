"""Data in and out: the demonstration organisation, and imports."""
