"""The engines behind the port: each a module, chosen by one setting, all held to one contract."""
