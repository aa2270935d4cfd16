"""See what a network does: reports that measure, Displays that draw."""
