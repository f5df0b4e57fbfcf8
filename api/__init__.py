"""HTTP: the versioned API over the services."""
