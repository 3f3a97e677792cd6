"""What every part uses: errors, files, progress, and what a stopped run leaves."""
