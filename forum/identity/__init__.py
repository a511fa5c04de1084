"""Who people are, as the organisation itself says: its identity provider at sign-in, and its directory at any time."""
