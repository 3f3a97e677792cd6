"""The model directory: the exported graph and the files beside it."""
