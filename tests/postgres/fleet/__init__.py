"""What several processes ask each other by way of PostgreSQL, and every way to lose touch."""
