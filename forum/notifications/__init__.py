"""Who hears about what, where, and how often."""
