"""A need, put into words."""
