"""Rasa components: they run in Rasa's environment, on Python 3.10."""
