"""Amazon S3: addresses, a client, and folders that are copied from and to it."""
