"""What questions, answers, comments and practices share: text, votes, comments, history, thanks."""
