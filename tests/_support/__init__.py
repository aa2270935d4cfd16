"""Code that several tests share: small problems, independent references, tables of plug-ins."""
