"""Views to HTML for print and to PDF. WeasyPrint draws; it reaches nothing but what it is handed."""
