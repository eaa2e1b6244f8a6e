"""The engine room: chance, rules, columns, parameters, ties. It knows nothing of recovery."""
