"""The screens of adding several ports."""
