"""The two engines, sync and async: the only code that sends, reads and sleeps for a call."""
