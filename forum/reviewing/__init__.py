"""What is recommended stays true: colleagues challenge it, its owner replies, moderators keep the queue."""
