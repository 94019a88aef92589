"""How soon something is seen, and in how many calls to Discord: on a quick panel, on a slow one, and of several."""
