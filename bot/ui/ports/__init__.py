"""The screens of one server's ports, and of one port."""
