"""The default HTTP clients, and which transport a request takes."""
