"""Programs for building, starting and measuring; the Makefile calls them."""
