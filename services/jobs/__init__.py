"""Jobs: work that is done by itself, later or again and again, by a worker beside the service."""
