"""What several people, or one person twice, do at the same time, through the front door."""
