"""Employees: who they are, what they may do, how they sign in, and how they come and go."""
