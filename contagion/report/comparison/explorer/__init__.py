"""The explorer of the page: every option, outcome and year that was run, to be chosen by native controls, without a server.

The controls read the tables that stand in the page, which are all there without a script; nothing between
them is worked out.
"""
