"""Who did what that needs a right, and who came in: an append-only log for administrators."""
