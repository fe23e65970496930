"""Model registries: projects bound to models and experiments of MLflow, whose versions are read here."""
