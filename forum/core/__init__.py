"""What every feature stands on; imports no feature."""
