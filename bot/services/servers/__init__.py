"""Which servers a person has, and what they mean by what they type."""
