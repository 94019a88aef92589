"""Use cases: every decision between what a person asks and what is sent to the panel or stored."""
