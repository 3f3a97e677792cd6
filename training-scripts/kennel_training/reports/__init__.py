"""Reports for people: pages, plots, and what is in them."""
