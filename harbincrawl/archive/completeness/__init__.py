"""How complete the archive is: an estimate of all articles that the site ever published, with its interval."""
