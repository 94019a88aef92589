"""Adding several ports to one server: the plan, its steps, and whether they stayed."""
