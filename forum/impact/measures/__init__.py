"""The figures of the five strips, each a function from facts and a period."""
