"""What goes out to the network besides the panel and Discord; knows neither of them, and no database."""
