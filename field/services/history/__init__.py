"""Another system's petitions, from the CSV file that it gives.

``table`` reads the file as text, ``columns`` knows which column is what, ``cells`` what a cell says,
``rows`` makes a petition of a row, ``points`` puts it on the map, ``load`` writes them by thousands.
"""
