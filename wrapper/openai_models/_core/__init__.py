"""The life of a call without I/O: the request, redirects, retries, the decoder, errors and results."""
