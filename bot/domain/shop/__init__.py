"""The shop: customers, licensed sites, orders, subscriptions and carts, and how they are found. Pure."""
