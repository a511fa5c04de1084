"""What a department needs, and what travels between it and the others."""
