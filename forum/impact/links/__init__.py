"""Whether questions belong to what they are linked to, judged by a sample."""
