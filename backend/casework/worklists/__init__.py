"""Work lists: boletas chosen on the backlog map, in the order in which a crew goes to them.

A list holds which boletas and in which order; what is done is what their own statuses say, and each
person sees of a list only the boletas that they may see today.
"""
