"""The Rasa action server: thin actions over the bank, and the anonymous usage log."""
