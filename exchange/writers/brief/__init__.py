"""The monthly brief as a PDF and as a web page, both from the same sections."""
