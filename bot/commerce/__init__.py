"""The shops behind the desk: each fills the port in `domain/commerce/port.py`; only `app.py` picks one."""
