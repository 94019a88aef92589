"""Value objects and decisions; pure, knows neither Discord nor HTTP nor SQL."""
