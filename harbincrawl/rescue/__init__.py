"""What archives of others kept of the site: listed, asked for, stored as evidence of second hand, and read."""
