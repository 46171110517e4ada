"""`tandem demo`: the main job on a database of its own and the sandbox Google, each step read back on both sides.

Everything goes over HTTP, as a user, a browser and another program would: nothing here touches models.
"""
