"""Requests: somebody asks for a course, and both sides find out together what is needed."""
