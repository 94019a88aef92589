"""What carries an interaction, by itself: on clocks that a test turns."""
