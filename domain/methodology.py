"""The version of the methodology: of the rules, the policies and how they are composed.

Every assessment carries it. It changes when a rule, a policy or the booking of cells changes, never
with the software or the API.
"""

METHODOLOGY_VERSION = "2.0"
