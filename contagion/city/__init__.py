"""The city: people, neighbourhoods, ties and groups, as they stand on the first day."""
