"""What is kept on disk: encrypted and bound to its owner, private, current, and gone when it is deleted."""
