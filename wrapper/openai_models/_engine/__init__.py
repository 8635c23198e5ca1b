"""The two drivers, sync and async: the only loops that send, read and sleep for a call."""
