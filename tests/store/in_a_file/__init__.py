"""A database in a file: other programs that use it, and the disk that it lies on."""
