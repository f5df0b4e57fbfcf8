"""The ``civharm`` command: a thin shell over the services."""
