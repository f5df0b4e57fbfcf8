"""Other people's formats: readers (bytes to drafts and findings) and writers (rows to bytes)."""
