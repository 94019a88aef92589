"""Discord does not take an answer: no crash, no change lost, none made twice."""
