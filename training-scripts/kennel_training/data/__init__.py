"""Photos: where they are, what they hold, and how they become pixels."""
