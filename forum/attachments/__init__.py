"""Pictures and files that go with a text: taken in by what they are, kept under random names, shown with its rights."""
