"""One person's need, from asking to "did it help?"."""
