"""The panel's HTTP client API: requests, models of the wire and one exception per meaning."""
