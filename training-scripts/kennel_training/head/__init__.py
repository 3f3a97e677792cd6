"""The linear head: fitted on features, evaluated, and described."""
