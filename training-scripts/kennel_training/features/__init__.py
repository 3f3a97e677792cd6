"""Features of photos: extracted once, cached, and shared between jobs."""
