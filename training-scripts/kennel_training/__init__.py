"""The training room: from a folder of photos to a model directory that the server loads."""
