"""`python -m bot rotate-key`: a new encryption key, interrupted at any point, beside a running bot."""
