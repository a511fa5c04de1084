"""What colleagues know."""
