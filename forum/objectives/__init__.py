"""What the organisation wants to move: objectives with their readings, what is linked to them, and stories of it."""
