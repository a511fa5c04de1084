"""Pages for administrators: people, invitations, departments, the organisation and the health of the system."""
