"""The engine on dated events, without a database: scenarios, and what a policy would have cost."""
