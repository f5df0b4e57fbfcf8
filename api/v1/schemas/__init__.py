"""The API's schemas: every field with its meaning and an example."""
