"""What a page or a list shows, as a file: CSV, a workbook or JSON, sent while it is read."""
