"""Parts of the organisation, and the topics people use across them. Labels, never walls."""
