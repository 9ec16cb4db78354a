"""The menu of models, the window that lists, fetches, measures, and compares them, and the dialogs that add one."""
