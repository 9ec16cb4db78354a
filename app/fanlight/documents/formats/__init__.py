"""What is read of office documents, books, web pages, and mails: the text of their pages. Runs in a parsing process."""
