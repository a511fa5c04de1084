"""A few questions to everybody each quarter: what was said and who replied are kept apart."""
