"""The rules of casualty recording: pure, standard library only."""
