"""Raw and streamed responses."""
