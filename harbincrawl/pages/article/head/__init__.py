"""The head of an article: breadcrumb, title, date, By line and source."""
