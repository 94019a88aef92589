"""What somebody typed is not lost with a refusal."""
