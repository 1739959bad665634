"""The gateway: the only code that talks to Telegram, and the console that goes the same way."""
