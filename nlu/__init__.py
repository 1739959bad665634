"""What Rasa learns from, its custom components, and the normaliser of Vietnamese teen text."""
