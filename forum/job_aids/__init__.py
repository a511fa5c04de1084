"""A practice outside of its page: on one sheet of paper, and as a card in other tools."""
