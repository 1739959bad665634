"""Rules that protect the child. Standard library only: Rasa's environment loads them too."""
