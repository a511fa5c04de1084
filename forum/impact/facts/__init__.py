"""What is known at a moment: the rows that everything is counted from, how they are read and kept, and periods."""
