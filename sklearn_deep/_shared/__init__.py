"""Small pieces that every layer may use."""
