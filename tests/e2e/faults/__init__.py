"""Action by fault: what the person sees, what is true on the panel afterwards, and that a change is sent once."""
