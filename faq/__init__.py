"""The question–answer bank: tables, seed, placeholders, encoder, index, search and evaluation."""
