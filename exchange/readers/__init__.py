"""Readers: bytes in, drafts and findings out.

A reader never stores, never asks the clock and never guesses silently. Each row of a file ends as a
draft, or as a finding that names its line, its column and the reason; what could not be read about a
row that is given is a finding too. A finding repeats no value of the file: a list of the dead is
mostly names.
"""
