"""What a panel limits: requests of an account, creations on a server; whom a refusal concerns and until when."""
