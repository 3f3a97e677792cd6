"""From a folder, an archive or a download of photos to the three splits that training reads."""
