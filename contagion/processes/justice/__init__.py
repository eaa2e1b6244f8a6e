"""Justice: offending and sentences, what they cost, supervision that helps or harms, desistance as a course of its own.

hazard of an offence = offend by stage and substance x exp(-held_by desistance); see the files for each equation

Source: Colman (Ghent), HMIP/CQC 2021, and the review of what recovery and desistance have in common.
"""

from contagion.processes.justice.desistance import desist, first_desistance
from contagion.processes.justice.offending import Justice, face_justice, feel_shocks
from contagion.processes.justice.supervision import settle_justice, supervise

__all__ = ["Justice", "desist", "face_justice", "feel_shocks", "first_desistance", "settle_justice", "supervise"]
