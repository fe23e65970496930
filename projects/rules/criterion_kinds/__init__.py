"""What each kind of criterion looks at: one module for each family of facts."""
