"""Which of the ten practices each department has in use, and from where on that is said."""
