"""Policy files: their format, where an error stands in one, and the command that checks them."""
