"""Writers: rows in, bytes of other people's formats out. A writer never asks the database."""
