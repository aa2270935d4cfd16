"""What several tests use: small problems, independent truths to compare with, tables of plug-ins."""
