"""What people see: texts, screens and forms; knows Discord, never HTTP or SQL."""
