"""What came of it all: needs, practices and commitments, measured over time."""
