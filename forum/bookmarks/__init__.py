"""What somebody wants to find again, and be reminded of; nobody else sees it."""
