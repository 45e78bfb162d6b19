"""What a worker keeps on disk, so that the next one knows."""
