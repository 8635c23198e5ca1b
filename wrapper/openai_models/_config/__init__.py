"""The options of a client: their defaults, their checks, and how a copy changes them."""
