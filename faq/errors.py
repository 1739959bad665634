"""The base of this package's errors."""


class FaqError(Exception):
    """Something that a person can put right; the message says how."""
