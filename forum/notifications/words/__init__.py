"""What a note says, made when it is shown or mailed: who did what, and why this person hears of it."""
