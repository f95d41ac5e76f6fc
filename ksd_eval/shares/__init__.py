"""Named shares that others are held against: women at work by country, and any of a user's."""
