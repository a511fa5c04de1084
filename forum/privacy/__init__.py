"""What is kept about a person: taking it away, taking the person out of it, and how long anything is kept."""
