"""Find past discussions: what is known is found in the words of whoever needs it."""
