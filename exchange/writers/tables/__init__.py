"""Tables as bytes, in each format: every writer takes a layout, rows, and what is said about them."""
