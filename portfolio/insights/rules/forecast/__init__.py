"""The forecast: laws of staying and leaving, walks to production, and how forecasts were kept."""
