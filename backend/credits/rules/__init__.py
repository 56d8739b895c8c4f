"""The engine's parts: the values it takes and gives, and what each command does. All pure."""
