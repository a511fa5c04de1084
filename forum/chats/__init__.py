"""Chats: an hour about one topic, in short turns, that ends in a summary and in what people will do."""
