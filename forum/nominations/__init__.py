"""Answers that should become best practice: nominated by people, proposed by what happens, decided by moderators."""
