"""What leaders and their teams owe each other, and the note of the month to whoever answers for a department."""
