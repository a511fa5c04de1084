"""Pictures that the server draws, each with its table."""
