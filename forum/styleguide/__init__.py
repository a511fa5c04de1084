"""What every page is made of, and how it looks: colours with their contrast, sizes, spaces and components."""
