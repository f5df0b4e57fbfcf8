"""Storage: all SQL of the project, on SQLite and on PostgreSQL."""
