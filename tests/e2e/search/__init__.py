"""`/allocations find`: which of my servers has this port, this address or this note; one answer over all of them."""
