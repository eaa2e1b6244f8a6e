"""Studies: many histories, stored whole, compared pair by pair."""
