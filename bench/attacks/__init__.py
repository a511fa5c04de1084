"""Attacks on the site, as others collected them: what each of them does in a real browser and over the line."""
