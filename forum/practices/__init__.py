"""Answers that became best practice."""
