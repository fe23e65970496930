"""A portfolio played by the clock: people who speak, fall silent and come back; jobs; real mails."""
